package io.wherry.hub.api;

/** A port of the operators' interface cannot be opened. Names the address, keeps the cause. */
public final class ApiPortException extends RuntimeException {
    ApiPortException(String message, Throwable cause) {
        super(message, cause);
    }
}
