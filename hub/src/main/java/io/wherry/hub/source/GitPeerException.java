package io.wherry.hub.source;

import java.io.IOException;

/** A repository could not be read or written. The message names it and the cause, {@link #hint} the way out. */
public final class GitPeerException extends IOException {
    private static final long serialVersionUID = 1;

    private final String hint;

    GitPeerException(String detail, String hint, Throwable cause) {
        super(detail, cause);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
