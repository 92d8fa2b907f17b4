package io.wherry.hub.render.compose;

/** What becomes of an attribute that a later file sets again. */
enum Merging {
    REPLACE("the later one replaces"),
    FIELDS("field by field"),
    APPEND("appended; the same twice is refused"),
    UNION("appended; the same twice counts once"),
    /** As it is written, one after the other. */
    ALL("appended"),
    /** List of fields that are told apart by a key: a port by address and number, a mount by its target, a file by its path. */
    KEYED("appended; the same target or port replaces"),
    /** Subnets: a later list replaces, but one for the same subnet keeps what it does not set. */
    MATCHED("replaced; the same subnet field by field"),
    /** Options belong to a driver: another driver replaces all of it. */
    DRIVER("field by field, unless the driver differs");

    private final String words;

    Merging(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
