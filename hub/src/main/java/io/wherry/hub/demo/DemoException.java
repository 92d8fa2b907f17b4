package io.wherry.hub.demo;

/** The tour cannot go on: says which step, why, and what was printed. */
final class DemoException extends RuntimeException {
    DemoException(String message) {
        super(message);
    }

    DemoException(String message, Throwable cause) {
        super(message, cause);
    }
}
