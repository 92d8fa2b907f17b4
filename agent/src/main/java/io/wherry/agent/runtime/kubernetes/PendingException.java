package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.RuntimeReason;

/** Part of the work met with surroundings that are not ready: it is tried again. */
final class PendingException extends RuntimeException {
    private final RuntimeReason reason;

    PendingException(RuntimeReason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    RuntimeReason reason() {
        return reason;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
