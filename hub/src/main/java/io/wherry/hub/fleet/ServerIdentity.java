package io.wherry.hub.fleet;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a listener shows to whoever connects.
 *
 * @param chain the server's certificate first, then its issuer's
 */
public record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {
    public ServerIdentity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("chain: empty (expected: the server's certificate and its issuer's)");
        }
    }

    /** Half-way between issue and expiry: when a new one is due. */
    Instant renewAt() {
        Instant from = chain.getFirst().getNotBefore().toInstant();
        Instant to = chain.getFirst().getNotAfter().toInstant();
        return from.plus(Duration.between(from, to).dividedBy(2));
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "ServerIdentity[" + chain.getFirst().getSubjectX500Principal().getName() + "]";
    }
}
