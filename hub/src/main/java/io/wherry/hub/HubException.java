package io.wherry.hub;

import io.wherry.base.ExitCode;

/** The program cannot do what it was asked. The message is for the person who asked: thing, cause, fix. */
public final class HubException extends RuntimeException {
    private final transient ExitCode exit;

    HubException(ExitCode exit, String message) {
        super(message);
        this.exit = exit;
    }

    HubException(String message, Throwable cause) {
        super(message, cause);
        this.exit = ExitCode.FAILED;
    }

    /** What the program ends with. */
    ExitCode exit() {
        return exit;
    }
}
