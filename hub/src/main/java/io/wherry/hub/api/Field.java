package io.wherry.hub.api;

/**
 * One parameter of a query, or one field of a body: what a route takes, and what {@code openapi.json} says of it.
 *
 * @param required whether the request is refused without it
 */
record Field(String name, Form form, boolean required) {

    /** What its value looks like. In a query everything is text: {@code true} or {@code false} for a flag, digits for a number. */
    enum Form {
        TEXT("a text"),
        FLAG("true or false"),
        NUMBER("a whole number"),
        /** Texts by name. Bodies only. */
        TEXTS("an object of texts"),
        /** Documents, each with {@code name} and {@code content}. Bodies only. */
        FILES("a list of objects with name and content"),
        /** Bodies only. */
        NAMES("a list of texts"),
        /** Receipts as they came by hand, each with {@code agent} and {@code envelope}. Bodies only. */
        RECEIPTS("a list of objects with agent and envelope");

        private final String words;

        Form(String words) {
            this.words = words;
        }

        /** For a person: {@code expected: …}. */
        String words() {
            return words;
        }
    }

    static Field text(String name) {
        return new Field(name, Form.TEXT, false);
    }

    static Field flag(String name) {
        return new Field(name, Form.FLAG, false);
    }

    static Field number(String name) {
        return new Field(name, Form.NUMBER, false);
    }

    static Field texts(String name) {
        return new Field(name, Form.TEXTS, false);
    }

    static Field files(String name) {
        return new Field(name, Form.FILES, false);
    }

    static Field names(String name) {
        return new Field(name, Form.NAMES, false);
    }

    static Field receipts(String name) {
        return new Field(name, Form.RECEIPTS, false);
    }

    Field must() {
        return new Field(name, form, true);
    }
}
