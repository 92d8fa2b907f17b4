package io.wherry.hub.token;

import io.wherry.base.ExitCode;
import org.jspecify.annotations.Nullable;

/** A token does not sign: the message names the token and the cause, {@link #hint} the way out. Never holds a PIN. */
public final class TokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ExitCode exit;
    private final String hint;

    TokenException(ExitCode exit, String detail, String hint, @Nullable Throwable cause) {
        super(detail, cause);
        this.exit = exit;
        this.hint = hint;
    }

    static TokenException failed(String detail, String hint, @Nullable Throwable cause) {
        return new TokenException(ExitCode.FAILED, detail, hint, cause);
    }

    static TokenException notFound(String detail, String hint) {
        return new TokenException(ExitCode.NOT_FOUND, detail, hint, null);
    }

    static TokenException usage(String detail, String hint) {
        return new TokenException(ExitCode.USAGE, detail, hint, null);
    }

    public ExitCode exit() {
        return exit;
    }

    /** Empty if the message says it all. */
    public String hint() {
        return hint;
    }
}
