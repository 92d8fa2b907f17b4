package io.wherry.hub.render.compose;

/** A text cannot be interpolated. Caught where the text's place is known. */
final class TemplateException extends RuntimeException {
    private final String hint;

    TemplateException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    String hint() {
        return hint;
    }
}
