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
        FILES("a list of objects with name and content");

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

    Field must() {
        return new Field(name, form, true);
    }
}
