package io.wherry.hub.fleet;

/** A key or certificate of the hub itself cannot be read, written or made. Names the file, keeps the cause. */
public final class CertificateException extends RuntimeException {
    public CertificateException(String message) {
        super(message);
    }

    public CertificateException(String message, Throwable cause) {
        super(message, cause);
    }
}
