package io.wherry.hub.render.compose;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Escapes in a double-quoted value of a file of variables, as a shell's {@code echo -e} knows them. */
final class Escapes {
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:([abcfnrtv$\"\\\\])|0([0-7]{0,3}))");

    private Escapes() {}

    /** Expands; {@code \$} becomes {@code $$}, which interpolation then takes for a dollar sign. */
    static String expand(String text) {
        return ESCAPE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(one(match)));
    }

    private static String one(MatchResult match) {
        if (match.group(1) == null) {
            String octal = match.group(2);
            return octal.isEmpty() ? "\0" : String.valueOf((char) Integer.parseInt(octal, 8));
        }
        return switch (match.group(1).charAt(0)) {
            case 'a' -> "\u0007";
            case 'b' -> "\b";
            case 'f' -> "\f";
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            case 'v' -> "\u000B";
            case '$' -> "$$";
            default -> match.group(1).equals("c") ? match.group() : match.group(1);
        };
    }
}
