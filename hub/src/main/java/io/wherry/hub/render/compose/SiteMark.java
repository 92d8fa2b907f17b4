package io.wherry.hub.render.compose;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a late site variable stands in a text between interpolation and output: between two characters of Unicode's private use area, so
 * that no dollar sign of a person's can be taken for one. Files that hold these characters are refused.
 */
final class SiteMark {
    private static final char OPEN = '\uE000';
    private static final char CLOSE = '\uE001';
    private static final Pattern MARK = Pattern.compile(OPEN + "([^" + CLOSE + "]*)" + CLOSE);

    private SiteMark() {}

    static String of(String name) {
        return OPEN + name + CLOSE;
    }

    static boolean isIn(String text) {
        return text.indexOf(OPEN) >= 0 || text.indexOf(CLOSE) >= 0;
    }

    /** The text for people: marks as {@code ${NAME}}. */
    static String shown(String text) {
        return MARK.matcher(text).replaceAll(mark -> Matcher.quoteReplacement("${" + mark.group(1) + "}"));
    }

    /** The text for the model: each dollar sign doubled, each mark as {@code ${NAME}}; notes the names. */
    static String escaped(String text, Set<String> names) {
        return MARK.matcher(text.replace("$", "$$")).replaceAll(mark -> {
            names.add(mark.group(1));
            return Matcher.quoteReplacement("${" + mark.group(1) + "}");
        });
    }
}
