package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;

/** The model cannot be carried out here: becomes a refusal at the edge of the package. */
public final class ModelException extends ReasonedException {
    ModelException(RuntimeReason reason, String detail) {
        super(reason, detail);
    }

    public static ModelException invalid(String detail) {
        return new ModelException(RuntimeReason.MODEL_INVALID, detail);
    }

    public static ModelException unsupported(String path, String why) {
        return new ModelException(RuntimeReason.UNSUPPORTED_FIELD, path + ": " + why);
    }
}
