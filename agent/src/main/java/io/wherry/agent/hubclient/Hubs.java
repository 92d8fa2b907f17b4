package io.wherry.agent.hubclient;

import io.grpc.ProxyDetector;
import io.wherry.contract.Digest;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * How hubs are reached from this site.
 *
 * @param pins     SHA-256 of the SubjectPublicKeyInfo of each CA that may vouch for a hub
 * @param caBundle further CAs of the site, for a hub with a certificate from files
 * @param proxy    of the site
 */
public record Hubs(Set<Digest> pins, List<X509Certificate> caBundle, ProxyDetector proxy, InstantSource clock) {
    public Hubs {
        pins = Set.copyOf(pins);
        caBundle = List.copyOf(caBundle);
    }

    /** The way to the first of these addresses that answers. */
    public Links links(Supplier<List<String>> addresses, Optional<DeviceCertificate> certificate) {
        return new Links(addresses, new Dialer(new PinnedTrust(pins, caBundle, clock), proxy), certificate);
    }
}
