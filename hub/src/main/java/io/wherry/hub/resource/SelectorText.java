package io.wherry.hub.resource;

import static io.wherry.hub.resource.Names.LABEL_KEY_FORM;
import static io.wherry.hub.resource.Names.LABEL_VALUE_FORM;
import static io.wherry.hub.resource.Names.require;

import io.wherry.hub.resource.Selector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of selectors: requirements with commas between them, as kubectl takes them. */
final class SelectorText {
    /** A screen full; a longer selector is a group. */
    private static final int MAX_REQUIREMENTS = 32;

    private static final Pattern SET = Pattern.compile("(\\S+)\\s+(in|notin)\\s*\\((.*)\\)");
    private static final Pattern COMPARE = Pattern.compile("([^=!\\s]+)\\s*(!=|==|=)\\s*([^=!\\s]*)");
    private static final String FORM = "a=b, a!=b, a in (b,c), a notin (b,c), a or !a";

    private SelectorText() {}

    static List<Requirement> read(String text) {
        List<Requirement> requirements = new ArrayList<>();
        if (text.isBlank()) {
            return requirements;
        }
        for (String part : parts(text)) {
            requirements.add(requirement(part));
        }
        if (requirements.size() > MAX_REQUIREMENTS) {
            throw new IllegalArgumentException(
                    "selector: " + requirements.size() + " requirements (expected: at most " + MAX_REQUIREMENTS + ")");
        }
        return requirements;
    }

    static Requirement.Equal equal(String key, String value) {
        return new Requirement.Equal(key(key), value(value));
    }

    /** Splits at the commas outside of parentheses. */
    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == ',' && depth == 0) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(text.substring(start).strip());
        return parts;
    }

    private static Requirement requirement(String part) {
        Matcher set = SET.matcher(part);
        if (set.matches()) {
            List<String> values = Selector.values(set.group(3));
            values.forEach(SelectorText::value);
            return set.group(2).equals("in")
                    ? new Requirement.In(key(set.group(1)), values)
                    : new Requirement.NotIn(key(set.group(1)), values);
        }
        Matcher compare = COMPARE.matcher(part);
        if (compare.matches()) {
            return compare.group(2).equals("!=")
                    ? new Requirement.NotEqual(key(compare.group(1)), value(compare.group(3)))
                    : equal(compare.group(1), compare.group(3));
        }
        if (part.startsWith("!")) {
            return new Requirement.Absent(key(part.substring(1).strip()));
        }
        return new Requirement.Exists(key(part));
    }

    private static String key(String key) {
        if (!Names.isLabelKey(key)) {
            throw new IllegalArgumentException(
                    "selector: \"" + key + "\" is no label (expected: " + FORM + ", a being " + LABEL_KEY_FORM + ")");
        }
        return key;
    }

    private static String value(String value) {
        return require(Names.isLabelValue(value), "selector", value, LABEL_VALUE_FORM);
    }
}
