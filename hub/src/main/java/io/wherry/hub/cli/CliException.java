package io.wherry.hub.cli;

import io.wherry.base.ExitCode;

/** A command that cannot go on: what failed and why, what to do, and the exit code. */
public class CliException extends RuntimeException {
    private final ExitCode exit;
    private final String hint;

    /**
     * @param message what failed and why, one or more lines
     * @param hint    what to do; empty if the message says it all
     */
    public CliException(ExitCode exit, String message, String hint) {
        super(message);
        this.exit = exit;
        this.hint = hint;
    }

    public static CliException usage(String message) {
        return new CliException(ExitCode.USAGE, message, "");
    }

    public ExitCode exit() {
        return exit;
    }

    public String hint() {
        return hint;
    }
}
