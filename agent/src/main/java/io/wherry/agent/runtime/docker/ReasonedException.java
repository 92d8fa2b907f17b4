package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;

/** Carries a reason and one sentence to the edge of the package; what it means there, its kind says. */
public abstract sealed class ReasonedException extends RuntimeException
        permits ImageException, ModelException, RefusalException {
    private final RuntimeReason reason;

    ReasonedException(RuntimeReason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    public RuntimeReason reason() {
        return reason;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
