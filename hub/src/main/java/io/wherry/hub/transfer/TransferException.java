package io.wherry.hub.transfer;

import io.wherry.base.Causes;
import io.wherry.base.ExitCode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A transfer cannot go on: the message names the thing and the cause, {@link #hint} the way out. */
public final class TransferException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ExitCode exit;
    private final String hint;

    TransferException(ExitCode exit, String detail, String hint, @Nullable Throwable cause) {
        super(detail, cause);
        this.exit = exit;
        this.hint = hint;
    }

    static TransferException failed(String detail, String hint, Throwable cause) {
        return new TransferException(ExitCode.FAILED, detail, hint, cause);
    }

    /** A key or a list of logins that is not what it should be. Without a cause: it may quote a secret. */
    static TransferException unusable(String detail, String hint) {
        return new TransferException(ExitCode.FAILED, detail, hint, null);
    }

    static TransferException usage(String detail, String hint) {
        return new TransferException(ExitCode.USAGE, detail, hint, null);
    }

    /** Not the file that it should be. */
    static TransferException refused(String detail, String hint) {
        return new TransferException(ExitCode.VERIFICATION_FAILED, detail, hint, null);
    }

    /** What a disk said, in words. */
    static String words(IOException e) {
        return Causes.named(e);
    }

    public ExitCode exit() {
        return exit;
    }

    /** Empty if the message says it all. */
    public String hint() {
        return hint;
    }
}
