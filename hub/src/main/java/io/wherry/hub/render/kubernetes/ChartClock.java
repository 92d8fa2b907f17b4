package io.wherry.hub.render.kubernetes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A chart as it would be rendered another day: {@code now} in its templates is 395 days later. Two runs in the same second, minute or year would show nothing of a template that prints the
 * second, the minute or the year. Pure.
 */
final class ChartClock {
    private static final String NOW = "now";

    /** Of Sprig: year, month, day of the week, hour, minute and second are all others. */
    private static final String LATER = "(now | dateModify \"9491h13m7s\")";

    private ChartClock() {}

    /** The files with other templates, in packed charts too. No line moves. */
    static SortedMap<String, byte[]> later(SortedMap<String, byte[]> files) {
        SortedMap<String, byte[]> later = new TreeMap<>(files);
        later.replaceAll((path, content) -> {
            if (ChartFiles.isPacked(path)) {
                return ChartTar.write(later(ChartTar.read(content, ChartFiles.MAX_BYTES, ChartFiles.MAX_FILES)));
            }
            return path.contains("templates/")
                    ? later(new String(content, ISO_8859_1)).getBytes(ISO_8859_1)
                    : content;
        });
        return later;
    }

    /** A template: the word in its actions, but not in their texts and comments, nor as part of a name. */
    static String later(String template) {
        if (!template.contains(NOW)) {
            return template;
        }
        StringBuilder later = new StringBuilder();
        int at = 0;
        for (int open = template.indexOf("{{"); open >= 0; open = template.indexOf("{{", at)) {
            later.append(template, at, open + 2);
            at = action(template, open + 2, later);
        }
        return later.append(template, at, template.length()).toString();
    }

    /** @return where it ends: at its braces, or with the template */
    private static int action(String template, int from, StringBuilder later) {
        int at = from;
        while (at < template.length() && !template.startsWith("}}", at)) {
            int end = quoted(template, at);
            if (end == at && isNow(template, at)) {
                later.append(LATER);
                at += NOW.length();
            } else {
                end = Math.max(end, at + 1);
                later.append(template, at, end);
                at = end;
            }
        }
        return at;
    }

    /** Where the text or the comment that begins here ends; here, if none does. */
    private static int quoted(String template, int at) {
        char c = template.charAt(at);
        if (template.startsWith("/*", at)) {
            int end = template.indexOf("*/", at + 2);
            return end < 0 ? template.length() : end + 2;
        }
        if (c != '"' && c != '`') {
            return at;
        }
        int end = at + 1;
        while (end < template.length() && template.charAt(end) != c) {
            end += c == '"' && template.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(end + 1, template.length());
    }

    private static boolean isNow(String template, int at) {
        return template.startsWith(NOW, at)
                && (at == 0 || !isName(template.charAt(at - 1)))
                && (at + NOW.length() == template.length() || !isName(template.charAt(at + NOW.length())));
    }

    private static boolean isName(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '$';
    }
}
