package io.wherry.contract.file;

/** A file that is not what it should be: its message names the place in the file and what was expected there. */
public final class BundleFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BundleFileException(String message) {
        super(message);
    }

    public BundleFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
