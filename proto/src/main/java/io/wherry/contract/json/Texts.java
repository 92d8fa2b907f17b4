package io.wherry.contract.json;

import java.util.HashMap;
import java.util.Map;

/** Texts of one document, each once: names of fields and short values come again with every object. Remembered for as long as it is read. */
final class Texts {
    /** More different ones than the fields of all kinds of a usual stack; what is beyond is not shared. */
    private static final int MOST = 1024;

    /** Longer ones seldom come twice. */
    private static final int MAX_CHARS = 64;

    private final Map<String, Json.Str> known = new HashMap<>();

    Json.Str value(String text) {
        Json.Str before = text.length() > MAX_CHARS ? null : known.get(text);
        if (before != null) {
            return before;
        }
        Json.Str value = new Json.Str(text);
        if (text.length() <= MAX_CHARS && known.size() < MOST) {
            known.put(text, value);
        }
        return value;
    }

    String name(String text) {
        return value(text).value();
    }
}
