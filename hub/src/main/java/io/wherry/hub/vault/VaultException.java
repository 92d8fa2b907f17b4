package io.wherry.hub.vault;

/** The vault's key cannot be read, or a stored value was changed outside of the hub. Never holds a value. */
public final class VaultException extends RuntimeException {
    VaultException(String message) {
        super(message);
    }

    VaultException(String message, Throwable cause) {
        super(message, cause);
    }
}
