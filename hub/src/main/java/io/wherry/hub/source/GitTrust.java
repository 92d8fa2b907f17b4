package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.base.Authorities;
import io.wherry.base.Causes;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLContext;

/** Whom a source trusts: the authorities of its own bundle alone, or those of the Java runtime. */
final class GitTrust {
    private GitTrust() {}

    static SSLContext system() throws SourceFailure {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new SourceFailure(
                    SourceReason.CERTIFICATE_INVALID, "the Java runtime gives no TLS", "check its installation", e);
        }
    }

    /** @param pem one or more certificates */
    static SSLContext bundle(String pem) throws SourceFailure {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, Authorities.trust(pem.getBytes(US_ASCII)), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new SourceFailure(
                    SourceReason.CERTIFICATE_INVALID,
                    "the source's caBundle cannot be read: " + Causes.words(e),
                    "give one or more certificates in PEM, each from -----BEGIN CERTIFICATE----- to its END line",
                    e);
        }
    }

    /** What an operator can do about a handshake that failed. */
    static SourceFailure explain(String server, boolean ownBundle, IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case CertificateExpiredException e -> {
                    return invalid(server + ": its certificate has expired", "renew it at the server", failure);
                }
                case CertificateNotYetValidException e -> {
                    return invalid(
                            server + ": its certificate is not valid yet", "compare the clocks of both hosts", failure);
                }
                case CertPathBuilderException e -> {
                    return new SourceFailure(
                            SourceReason.UNKNOWN_CERTIFICATE_AUTHORITY,
                            server + ": its certificate was issued by an authority that "
                                    + (ownBundle ? "is not in the source's caBundle" : "the hub does not know"),
                            "put the certificate of the server's authority (PEM) into the source's caBundle",
                            failure);
                }
                case CertificateException e -> {
                    String text = String.valueOf(e.getMessage());
                    if (text.contains("subject alternative") || text.startsWith("No name matching")) {
                        return invalid(
                                server + ": its certificate is for another name (" + text + ")",
                                "use the name in the certificate, or issue one for this name",
                                failure);
                    }
                }
                default -> {}
            }
        }
        return invalid(
                server + ": no TLS connection (" + failure.getMessage() + ")",
                "does this port speak TLS 1.2 or 1.3?",
                failure);
    }

    private static SourceFailure invalid(String detail, String hint, IOException cause) {
        return new SourceFailure(SourceReason.CERTIFICATE_INVALID, detail, hint, cause);
    }
}
