package io.wherry.agent.control;

/** The running agent could not be asked. The message names the socket and the cause. */
public final class ControlException extends RuntimeException {
    ControlException(String message, Throwable cause) {
        super(message, cause);
    }

    ControlException(String message) {
        super(message);
    }
}
