package io.wherry.agent.runtime.kubernetes;

/**
 * What an API server says, without the values that it repeats: of a Job's template it prints a kilobyte, and what is wrong with it stands behind that. Pure.
 */
final class ServerWords {
    private static final String VALUE = "Invalid value: ";

    /** 120: a value that a person reads. */
    private static final int MAX_VALUE = 120;

    private ServerWords() {}

    /** The same with {@code {…}} for each long value. */
    static String shortened(String words) {
        StringBuilder shortened = new StringBuilder();
        int at = 0;
        for (int found = words.indexOf(VALUE); found >= 0; found = words.indexOf(VALUE, at)) {
            int from = found + VALUE.length();
            int end = end(words, from);
            shortened.append(words, at, from);
            if (end - from > MAX_VALUE) {
                shortened.append(words.charAt(end - 1) == '"' ? "\"…\"" : "{…}");
            } else {
                shortened.append(words, from, end);
            }
            at = end;
        }
        return shortened.append(words, at, words.length()).toString();
    }

    /** Where the text, list or structure that begins here ends, whether of JSON or as Go prints it; here, if none begins or it does not end. */
    private static int end(String words, int from) {
        int at = from;
        while (at < words.length()
                && (Character.isLetterOrDigit(words.charAt(at)) || ".*[]&".indexOf(words.charAt(at)) >= 0)) {
            at++; // the name of a type
        }
        int depth = 0;
        for (; at < words.length(); at++) {
            char c = words.charAt(at);
            if (c == '"') {
                at = quoteEnd(words, at);
            } else if (c == '{') {
                depth++;
            } else if (c == '}') {
                depth--;
            }
            if (depth <= 0) {
                return at < words.length() && (c == '"' || c == '}') ? at + 1 : from;
            }
        }
        return from;
    }

    private static int quoteEnd(String words, int quote) {
        int at = quote + 1;
        while (at < words.length() && words.charAt(at) != '"') {
            at += words.charAt(at) == '\\' ? 2 : 1;
        }
        return at;
    }
}
