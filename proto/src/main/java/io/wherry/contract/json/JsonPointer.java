package io.wherry.contract.json;

import java.util.ArrayList;
import java.util.List;

/**
 * A JSON pointer of RFC 6901: {@code /spec/replicas}, {@code /metadata/annotations/example.org~1x}.
 *
 * @param tokens unescaped; none points at the whole
 */
public record JsonPointer(List<String> tokens) {
    /** Deeper than {@link JsonReader#MAX_DOCUMENT_DEPTH} nothing stands. */
    public static final int MAX_TOKENS = JsonReader.MAX_DOCUMENT_DEPTH;

    public JsonPointer {
        tokens = List.copyOf(tokens);
    }

    /** @throws JsonException naming what is wrong with it */
    public static JsonPointer parse(String text) {
        if (text.isEmpty()) {
            return new JsonPointer(List.of());
        }
        if (text.charAt(0) != '/') {
            throw new JsonException("pointer: " + text + " (expected: / before each step, like /spec/replicas)");
        }
        List<String> tokens = new ArrayList<>();
        for (String token : text.substring(1).split("/", -1)) {
            for (int i = token.indexOf('~'); i >= 0; i = token.indexOf('~', i + 1)) {
                if (i + 1 == token.length() || (token.charAt(i + 1) != '0' && token.charAt(i + 1) != '1')) {
                    throw new JsonException("pointer: " + text + " (expected: ~0 for ~ and ~1 for /, no other ~)");
                }
            }
            tokens.add(token.replace("~1", "/").replace("~0", "~"));
        }
        if (tokens.size() > MAX_TOKENS) {
            throw new JsonException("pointer: " + tokens.size() + " steps (expected: at most " + MAX_TOKENS + ")");
        }
        return new JsonPointer(tokens);
    }

    /** The pointer one step deeper. */
    public JsonPointer child(String token) {
        List<String> longer = new ArrayList<>(tokens);
        longer.add(token);
        return new JsonPointer(longer);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        tokens.forEach(t -> text.append('/').append(t.replace("~", "~0").replace("/", "~1")));
        return text.toString();
    }
}
