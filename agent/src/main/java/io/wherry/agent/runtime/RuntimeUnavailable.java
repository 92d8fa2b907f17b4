package io.wherry.agent.runtime;

import org.jspecify.annotations.Nullable;

/** The runtime cannot be reached, does not answer in time, or is not the right one: surroundings, to be tried again, never a verdict on a release. */
public final class RuntimeUnavailable extends RuntimeException {
    private final RuntimeReason reason;

    /** @param message what was tried, why it failed, and what a person can do */
    public RuntimeUnavailable(RuntimeReason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public RuntimeReason reason() {
        return reason;
    }
}
