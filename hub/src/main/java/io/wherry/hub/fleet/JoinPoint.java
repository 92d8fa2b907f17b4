package io.wherry.hub.fleet;

import io.wherry.contract.Digest;
import java.util.List;

/**
 * What every join token says of this hub.
 *
 * @param hubs        addresses of the agents' port, {@code host:port}, at least one
 * @param caPin       SHA-256 of the authority's SubjectPublicKeyInfo
 * @param trustDomain SHA-256 of the first trust root's payload
 */
public record JoinPoint(List<String> hubs, Digest caPin, Digest trustDomain) {
    public JoinPoint {
        hubs = List.copyOf(hubs);
        if (hubs.isEmpty()) {
            throw new IllegalArgumentException("hubs: none (expected: at least one host:port)");
        }
    }
}
