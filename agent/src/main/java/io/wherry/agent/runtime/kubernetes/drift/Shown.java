package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.Optional;

/**
 * Two values as one line each, cut so that the place where they differ is seen: of texts of several lines the first line that differs, of long ones the
 * part around the first character that does.
 *
 * @param wanted empty: nothing
 * @param found  empty: nothing
 */
record Shown(String wanted, String found) {
    /** Of a value shown to people: a command fits, a certificate does not. */
    private static final int MAX_CHARS = 200;

    /** Before the first character that differs: enough to see where it is. */
    private static final int LEAD_CHARS = 40;

    static Shown of(Optional<Json> wanted, Optional<Json> found) {
        String want = wanted.map(Shown::text).orElse("");
        String have = found.map(Shown::text).orElse("");
        if (wanted.isPresent() && found.isPresent() && (isLong(want) || isLong(have))) {
            String[] wantLines = want.split("\n", -1);
            String[] haveLines = have.split("\n", -1);
            int line = 0;
            while (line < Math.min(wantLines.length, haveLines.length) && wantLines[line].equals(haveLines[line])) {
                line++;
            }
            String number = wantLines.length + haveLines.length > 2 ? "line " + (line + 1) + ": " : "";
            String wantLine = line < wantLines.length ? wantLines[line] : "(no such line)";
            String haveLine = line < haveLines.length ? haveLines[line] : "(no such line)";
            int from = Math.max(0, common(wantLine, haveLine) - LEAD_CHARS);
            boolean cut = Math.max(wantLine.length(), haveLine.length()) > MAX_CHARS;
            return new Shown(number + brief(wantLine, cut ? from : 0), number + brief(haveLine, cut ? from : 0));
        }
        return new Shown(brief(want, 0), brief(have, 0));
    }

    private static boolean isLong(String text) {
        return text.length() > MAX_CHARS || text.indexOf('\n') >= 0;
    }

    private static int common(String one, String other) {
        int i = 0;
        while (i < Math.min(one.length(), other.length()) && one.charAt(i) == other.charAt(i)) {
            i++;
        }
        return i;
    }

    private static String text(Json value) {
        return value instanceof Json.Str(String text) && !text.isEmpty() ? text : JsonWriter.compact(value);
    }

    /** One line, bounded. */
    private static String brief(String text, int from) {
        int begin =
                from > 0 && Character.isLowSurrogate(text.charAt(Math.min(from, text.length() - 1))) ? from - 1 : from;
        String rest = text.substring(Math.min(begin, text.length())).replaceAll("\\p{Cntrl}", " ");
        int end = rest.length() > MAX_CHARS && Character.isHighSurrogate(rest.charAt(MAX_CHARS - 1))
                ? MAX_CHARS - 1
                : MAX_CHARS;
        String line = rest.length() > MAX_CHARS ? rest.substring(0, end) + " …" : rest;
        return begin > 0 ? "… " + line : line;
    }
}
