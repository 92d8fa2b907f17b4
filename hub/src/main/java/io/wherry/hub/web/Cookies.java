package io.wherry.hub.web;

import java.util.Optional;

/**
 * The two cookies of the pages. Their names begin with {@code __Host-}: a browser takes such a one over TLS alone, from this very host, for all paths.
 */
final class Cookies {
    static final String SESSION = "__Host-wherry";

    /** Ties the form of the sign-in to the browser that asked for it. */
    static final String SIGN_IN = "__Host-wherry-sign-in";

    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";

    private Cookies() {}

    /** A cookie that ends with the browser. */
    static String set(String name, String value) {
        return name + "=" + value + ATTRIBUTES;
    }

    static String clear(String name) {
        return name + "=" + ATTRIBUTES + "; Max-Age=0";
    }

    /** @param header of the request; the first of that name counts */
    static Optional<String> find(String header, String name) {
        for (String pair : header.split(";")) {
            String[] parts = pair.strip().split("=", 2);
            if (parts.length == 2 && parts[0].equals(name) && !parts[1].isEmpty()) {
                return Optional.of(parts[1]);
            }
        }
        return Optional.empty();
    }
}
