package io.wherry.hub.resource;

import java.util.regex.Pattern;

/** What names, labels and variables may look like. */
final class Names {
    /** As a DNS label, so that a name fits into host names, file names and container names everywhere. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private static final Pattern LABEL_KEY =
            Pattern.compile("([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private static final Pattern LABEL_VALUE = Pattern.compile("([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?");

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    private Names() {}

    static final String NAME_FORM = "1 to 63 of a-z, 0-9 and -, not first or last -";
    static final String LABEL_KEY_FORM = "1 to 63 letters, digits, . _ -, with an optional prefix like example.org/";
    static final String LABEL_VALUE_FORM = "up to 63 letters, digits, . _ -, first and last a letter or digit";
    static final String VARIABLE_FORM = "letters, digits and _, not first a digit";

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    static boolean isLabelKey(String text) {
        return LABEL_KEY.matcher(text).matches();
    }

    static boolean isLabelValue(String text) {
        return LABEL_VALUE.matcher(text).matches();
    }

    static boolean isVariable(String text) {
        return VARIABLE.matcher(text).matches();
    }

    static String requireName(String what, String text) {
        return require(isName(text), what, text, NAME_FORM);
    }

    static String requireVariable(String what, String text) {
        return require(isVariable(text), what, text, VARIABLE_FORM);
    }

    static String require(boolean ok, String what, String text, String form) {
        if (!ok) {
            throw new IllegalArgumentException(what + ": " + text + " (expected: " + form + ")");
        }
        return text;
    }
}
