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
 * @param pins     SHA-256 of the SubjectPublicKeyInfo of each CA that may vouch for a hub; asked at each new connection, since the trust root moves on
 * @param caBundle further CAs of the site, for a hub with a certificate from files
 * @param proxy    of the site
 */
public record Hubs(
        Supplier<Set<Digest>> pins, List<X509Certificate> caBundle, ProxyDetector proxy, InstantSource clock) {
    public Hubs {
        caBundle = List.copyOf(caBundle);
    }

    /** With pins that stay. */
    public Hubs(Set<Digest> pins, List<X509Certificate> caBundle, ProxyDetector proxy, InstantSource clock) {
        this(() -> pins, caBundle, proxy, clock);
    }

    /** The way to the first of these addresses that answers. */
    public Links links(Supplier<List<String>> addresses, Optional<DeviceCertificate> certificate) {
        return new Links(addresses, new Dialer(new PinnedTrust(pins, caBundle, clock), proxy), certificate);
    }
}
