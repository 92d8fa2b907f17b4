package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;

/** An image is not there and cannot be had now: surroundings. */
final class ImageException extends RuntimeException {
    private final RuntimeReason reason;

    ImageException(RuntimeReason reason, String detail) {
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
