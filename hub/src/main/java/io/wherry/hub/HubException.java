package io.wherry.hub;

/** The program cannot do what it was asked. The message is for the person who asked: thing, cause, fix. */
public final class HubException extends RuntimeException {
    HubException(String message) {
        super(message);
    }

    HubException(String message, Throwable cause) {
        super(message, cause);
    }
}
