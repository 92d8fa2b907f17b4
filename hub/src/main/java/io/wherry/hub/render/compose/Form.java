package io.wherry.hub.render.compose;

/** What may be written for an attribute. Numbers, booleans and sizes may also be written as text, since interpolation makes text. */
enum Form {
    TEXT("text"),
    /** Text or number; becomes text. */
    ATOM("text or number"),
    /** Text, number or boolean; becomes text. */
    ANY("text, number or boolean"),
    BOOL("true or false"),
    INT("whole number"),
    NUMBER("number"),
    /** A size such as {@code 64m}; becomes the number of bytes as text. */
    BYTES("size with a unit, or whole bytes"),
    /** A size that Compose wants quoted where it is a number alone. */
    SIZE_TEXT("size with a unit, or in quotes"),
    /** A size, or -1 for all that there is. */
    SWAP("size with a unit, whole bytes, or -1"),
    /** A number of devices; all of them become -1. */
    COUNT("whole number or all"),
    /** A duration such as {@code 1m30s}. */
    DURATION("duration"),
    /** File permissions: an octal number; becomes text such as {@code "0440"}. */
    MODE("octal mode"),
    NULL("nothing"),
    LIST("list"),
    FIELDS("fields");

    private final String words;

    Form(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    boolean isScalar() {
        return this != LIST && this != FIELDS && this != NULL;
    }
}
