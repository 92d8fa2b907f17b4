package io.wherry.agent.hubclient;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What this device shows at TLS.
 *
 * @param chain its own certificate, then the CA's
 */
public record DeviceCertificate(PrivateKey key, List<X509Certificate> chain) {
    public DeviceCertificate {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("chain: empty (expected: the device's certificate first)");
        }
    }

    public Instant notBefore() {
        return chain.getFirst().getNotBefore().toInstant();
    }

    public Instant notAfter() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "certificate " + chain.getFirst().getSerialNumber().toString(16) + " until " + notAfter();
    }
}
