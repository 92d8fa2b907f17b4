package io.wherry.agent.state;

import io.wherry.base.ExitCode;
import io.wherry.base.FullDisk;

/** The state folder cannot be used. The message names the path, the cause, and the command that mends it. */
public final class StateException extends RuntimeException {
    private final ExitCode exitCode;

    private StateException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    private StateException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** Another agent uses it. */
    static StateException inUse(String message) {
        return new StateException(ExitCode.BLOCKED, message);
    }

    /** Wrong owner or mode. */
    static StateException notAllowed(String message) {
        return new StateException(ExitCode.DENIED, message);
    }

    /** What a command needs is not there: an agent in the folder, or a file that it names. */
    public static StateException notFound(String message) {
        return new StateException(ExitCode.NOT_FOUND, message);
    }

    /** What it holds cannot be trusted any more. */
    public static StateException broken(String message) {
        return new StateException(ExitCode.FAILED, message);
    }

    /** The disk refused. */
    public static StateException disk(String message, Throwable cause) {
        return new StateException(ExitCode.FAILED, message, cause);
    }

    /** Whether it is for want of space: it goes on by itself once there is some. */
    public boolean isFull() {
        return FullDisk.isCauseOf(this);
    }

    /** What a command ends with when this stops it. */
    public ExitCode exitCode() {
        return exitCode;
    }
}
