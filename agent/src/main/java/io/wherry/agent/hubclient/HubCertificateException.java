package io.wherry.agent.hubclient;

import java.security.cert.CertificateException;

/** The server's certificate is not this agent's hub's. The message is meant for a person. */
final class HubCertificateException extends CertificateException {
    HubCertificateException(String message) {
        super(message);
    }

    HubCertificateException(String message, Throwable cause) {
        super(message, cause);
    }
}
