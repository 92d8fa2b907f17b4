package io.wherry.hub.cli;

import io.wherry.base.Authorities;
import io.wherry.base.Causes;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whom the command line believes to be the hub: its CA file, a pinned CA key, or the machine's own authorities. */
final class Trust {
    private Trust() {}

    static SSLContext context(Optional<String> ca, Optional<String> pin) {
        try {
            SSLContext tls = SSLContext.getInstance("TLSv1.3");
            TrustManager[] managers = ca.isPresent()
                    ? Authorities.trust(ca.get().getBytes(StandardCharsets.UTF_8))
                    : pin.isPresent() ? new TrustManager[] {new Pinned(pin.get())} : null;
            tls.init(null, managers, null);
            return tls;
        } catch (GeneralSecurityException e) {
            throw new CliException(
                    io.wherry.base.ExitCode.FAILED,
                    "the CA certificate cannot be used: " + Causes.words(e),
                    "it must be PEM");
        }
    }

    /**
     * Trusts a chain that ends in (or contains) a certificate with the pinned key, and nothing else. Signatures, dates and the host name are
     * checked as usual, against that certificate as the only authority.
     */
    private static final class Pinned extends X509ExtendedTrustManager {
        private final String pin;

        Pinned(String pin) {
            this.pin = pin;
        }

        private X509ExtendedTrustManager trusting(X509Certificate[] chain) throws CertificateException {
            for (X509Certificate certificate : chain) {
                if (certificate.getBasicConstraints() >= 0
                        && fingerprint(certificate).equals(pin)) {
                    return only(certificate);
                }
            }
            throw new CertificateException("no certificate of the hub's chain has the pinned key " + pin);
        }

        private static X509ExtendedTrustManager only(X509Certificate authority) throws CertificateException {
            try {
                KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                store.setCertificateEntry("pinned", authority);
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(store);
                for (TrustManager manager : factory.getTrustManagers()) {
                    if (manager instanceof X509ExtendedTrustManager extended) {
                        return extended;
                    }
                }
                throw new CertificateException("this JDK has no extended trust manager");
            } catch (GeneralSecurityException | IOException e) {
                throw new CertificateException(e);
            }
        }

        private static String fingerprint(X509Certificate certificate) throws CertificateException {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256")
                        .digest(certificate.getPublicKey().getEncoded());
                return "sha256:" + HexFormat.of().formatHex(digest);
            } catch (GeneralSecurityException e) {
                throw new CertificateException(e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            trusting(chain).checkServerTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
                throws CertificateException {
            trusting(chain).checkServerTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            trusting(chain).checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("a command line serves nobody");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("a command line serves nobody");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("a command line serves nobody");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
