package io.wherry.hub.release;

/** A key or a trust root cannot be read or written. Names the file and what to do; never holds key material. */
public final class KeysException extends RuntimeException {
    KeysException(String message) {
        super(message);
    }

    KeysException(String message, Throwable cause) {
        super(message, cause);
    }
}
