package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;

/** The model cannot be carried out here: becomes a refusal at the edge of the package. */
final class ModelException extends RuntimeException {
    private final RuntimeReason reason;

    ModelException(RuntimeReason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    static ModelException invalid(String detail) {
        return new ModelException(RuntimeReason.MODEL_INVALID, detail);
    }

    static ModelException unsupported(String path, String why) {
        return new ModelException(RuntimeReason.UNSUPPORTED_FIELD, path + ": " + why);
    }

    RuntimeReason reason() {
        return reason;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
