package io.wherry.hub.source;

import java.io.IOException;
import org.eclipse.jgit.errors.PackProtocolException;

/**
 * A check that cannot go on, on its way out through JGit, whose interfaces let nothing but an {@link IOException} through. Becomes a
 * {@link Fetch.Failed} at the package's edge.
 */
final class SourceFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final SourceReason reason;
    private final String hint;

    SourceFailure(SourceReason reason, String detail, String hint) {
        super(detail);
        this.reason = reason;
        this.hint = hint;
    }

    SourceFailure(SourceReason reason, String detail, String hint, Throwable cause) {
        this(reason, detail, hint);
        initCause(cause);
    }

    String hint() {
        return hint;
    }

    SourceReason reason() {
        return reason;
    }

    boolean isTooLarge() {
        return reason == SourceReason.TOO_LARGE;
    }

    /** Whether the two sides did not understand each other. */
    boolean isOfProtocol() {
        for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof PackProtocolException) {
                return true;
            }
        }
        return false;
    }

    Fetch.Failed toFailed() {
        return new Fetch.Failed(reason, String.valueOf(getMessage()), hint);
    }
}
