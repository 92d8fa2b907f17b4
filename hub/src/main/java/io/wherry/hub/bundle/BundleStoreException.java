package io.wherry.hub.bundle;

/** The store's files cannot be read or written: a full or broken disk, wrong permissions. The message names the file. */
public final class BundleStoreException extends RuntimeException {
    public BundleStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
