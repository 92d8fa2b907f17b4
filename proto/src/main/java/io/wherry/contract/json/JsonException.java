package io.wherry.contract.json;

/** The text is not the JSON that was expected. The message names the field and what was expected. */
public final class JsonException extends RuntimeException {
    public JsonException(String message) {
        super(message);
    }

    public JsonException(String message, Throwable cause) {
        super(message, cause);
    }

    static <T> T raise(String message) {
        throw new JsonException(message);
    }
}
