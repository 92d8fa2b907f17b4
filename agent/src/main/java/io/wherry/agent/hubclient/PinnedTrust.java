package io.wherry.agent.hubclient;

import io.wherry.contract.Digest;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts a hub whose chain ends at a CA with a pinned key, whatever the dates say.
 *
 * <p>A site's clock may be wrong by decades after a power cut, and what the hub sends is signed anyway. So dates that do not fit do not end the
 * connection: they are a {@link #doubt}, and the caller adopts nothing while there is one. A connection lasts for days, and a clock is often put right a minute after the
 * start: so it is the clock of the asking that counts, not that of the handshake. A leaf must be made for servers: another agent's
 * certificate has the same CA.
 */
final class PinnedTrust extends ServerJudge {
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    /** Leaf, intermediates and root of any sane hub. */
    private static final int MAX_CHAIN = 5;

    private final Supplier<Set<Digest>> pins;
    private final Optional<X509TrustManager> bundle;
    private final InstantSource clock;
    /** What the hub showed last, up to the pinned CA; empty before, and where the site's own bundle vouches for it. */
    private volatile List<X509Certificate> shown = List.of();

    /**
     * @param pins  SHA-256 of the SubjectPublicKeyInfo of each CA that may vouch for the hub
     * @param extra certificates of the site's own CA bundle: a hub with a certificate from files is checked against them in the usual way
     */
    PinnedTrust(Supplier<Set<Digest>> pins, List<X509Certificate> extra, InstantSource clock) {
        this.pins = pins;
        this.bundle = extra.isEmpty() ? Optional.empty() : Optional.of(ordinary(extra));
        this.clock = clock;
    }

    private static X509TrustManager ordinary(List<X509Certificate> certificates) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("ca-" + i, certificates.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw new IllegalStateException("CA bundle: cannot be used (expected: X.509 certificates)", e);
        }
    }

    /** Why the dates of the last chain do not fit the own clock as it is now; empty if they do. */
    Optional<String> doubt() {
        Instant now = clock.instant();
        return shown.stream()
                .flatMap(certificate -> doubt(certificate, now).stream())
                .findFirst();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        if (chain.length == 0 || chain.length > MAX_CHAIN) {
            throw new CertificateException(
                    "the hub sent " + chain.length + " certificates (expected: 1 to " + MAX_CHAIN + ")");
        }
        Optional<Integer> anchor = anchor(chain);
        if (anchor.isEmpty() && bundle.isPresent()) {
            bundle.get().checkServerTrusted(chain, authType);
            shown = List.of();
            return;
        }
        if (anchor.isEmpty()) {
            throw new HubCertificateException("the hub's certificate was not made by the CA this agent knows: "
                    + chain[0].getSubjectX500Principal() + " comes from "
                    + chain[chain.length - 1].getIssuerX500Principal() + ", pinned is "
                    + pins.get().stream().map(Digest::brief).sorted().toList());
        }
        checkPath(chain, anchor.get());
        shown = List.of(chain).subList(0, anchor.get() + 1);
    }

    private Optional<Integer> anchor(X509Certificate[] chain) {
        for (int i = 0; i < chain.length; i++) {
            if (pins.get().contains(Digest.of(chain[i].getPublicKey().getEncoded()))) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    private static void checkPath(X509Certificate[] chain, int anchor) throws CertificateException {
        if (anchor == 0 || chain[anchor].getBasicConstraints() < 0) {
            throw new HubCertificateException("the pinned key belongs to no CA certificate");
        }
        List<String> uses = chain[0].getExtendedKeyUsage();
        if (uses == null || !uses.contains(SERVER_AUTH)) {
            throw new HubCertificateException("the certificate of " + chain[0].getSubjectX500Principal()
                    + " was not made for a hub: it is not a server certificate");
        }
        for (int i = 0; i < anchor; i++) {
            if (i > 0 && chain[i].getBasicConstraints() < 0) {
                throw new HubCertificateException(
                        chain[i].getSubjectX500Principal() + " signed a certificate and is no CA");
            }
            try {
                chain[i].verify(chain[i + 1].getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new HubCertificateException(
                        "the signature of " + chain[i].getSubjectX500Principal() + " is not valid", e);
            }
        }
    }

    private static Optional<String> doubt(X509Certificate certificate, Instant now) {
        try {
            certificate.checkValidity(Date.from(now));
            return Optional.empty();
        } catch (CertificateExpiredException e) {
            return Optional.of("the hub's certificate ended at "
                    + certificate.getNotAfter().toInstant() + " and this site's clock says " + now);
        } catch (CertificateNotYetValidException e) {
            return Optional.of("the hub's certificate begins at "
                    + certificate.getNotBefore().toInstant() + " and this site's clock says " + now);
        }
    }
}
