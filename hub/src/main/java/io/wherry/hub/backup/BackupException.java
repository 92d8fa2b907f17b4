package io.wherry.hub.backup;

import io.wherry.base.ExitCode;

/** No backup was made, or none was restored; nothing was changed. The message names the thing, the cause and what to do. */
public final class BackupException extends RuntimeException {
    private final transient ExitCode exit;

    BackupException(ExitCode exit, String message) {
        super(message);
        this.exit = exit;
    }

    BackupException(String message, Throwable cause) {
        super(message, cause);
        this.exit = ExitCode.FAILED;
    }

    /** The file is not what a backup is, whoever changed it. */
    static BackupException damaged(String message) {
        return new BackupException(ExitCode.VERIFICATION_FAILED, message);
    }

    /** Something is in the way that a person may clear. */
    static BackupException blocked(String message) {
        return new BackupException(ExitCode.BLOCKED, message);
    }

    /** What the program ends with. */
    public ExitCode exit() {
        return exit;
    }
}
