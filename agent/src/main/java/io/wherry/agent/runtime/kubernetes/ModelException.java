package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.RuntimeReason;

/** A verdict on the content that was found before anything was written: becomes a refusal at the edge of the package. */
final class ModelException extends RuntimeException {
    private final RuntimeReason reason;

    ModelException(RuntimeReason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    static ModelException invalid(String detail) {
        return new ModelException(RuntimeReason.MODEL_INVALID, detail);
    }

    RuntimeReason reason() {
        return reason;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
