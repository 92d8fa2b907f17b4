package io.wherry.hub.web;

/** Addresses of pages. */
final class Link {
    private Link() {}

    /** @param object {@code stack/shop}, as the REST names things; empty where it has no page */
    static String toObject(String object) {
        String[] parts = object.split("/", 2);
        if (parts.length != 2 || parts[1].isEmpty()) {
            return "";
        }
        return switch (parts[0]) {
            case "stack", "agent", "source" -> to(parts[0] + "s", parts[1]);
            default -> "";
        };
    }

    static String to(String part, String name) {
        return "/" + part + "/" + Form.encode(name);
    }

    /** A page with one parameter; without it where it is empty. */
    static String with(String address, String name, String value) {
        return value.isEmpty()
                ? address
                : address + (address.contains("?") ? "&" : "?") + name + "=" + Form.encode(value);
    }
}
