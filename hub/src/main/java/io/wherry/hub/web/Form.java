package io.wherry.hub.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Fields of a form or of a query: {@code application/x-www-form-urlencoded}. A field that comes twice keeps its first value. */
record Form(Map<String, String> fields) {
    /** A reason of some pages; a key and a fingerprint are a line each. */
    static final int MAX_BYTES = 16 << 10;

    /** Ours have six at most. */
    private static final int MAX_FIELDS = 20;

    static final Form EMPTY = new Form(Map.of());

    Form {
        fields = Map.copyOf(fields);
    }

    /** @throws IllegalArgumentException if it is not of that form */
    static Form parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : text.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            String[] parts = pair.split("=", 2);
            fields.putIfAbsent(
                    URLDecoder.decode(parts[0], UTF_8), parts.length == 2 ? URLDecoder.decode(parts[1], UTF_8) : "");
            if (fields.size() > MAX_FIELDS) {
                throw new IllegalArgumentException("form: more than " + MAX_FIELDS + " fields");
            }
        }
        return new Form(fields);
    }

    /** Empty if it was not sent or is blank. */
    Optional<String> find(String name) {
        return Optional.ofNullable(fields.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    String text(String name) {
        return find(name).orElse("");
    }

    /** For a link. */
    static String encode(String value) {
        return URLEncoder.encode(value, UTF_8).replace("+", "%20");
    }
}
