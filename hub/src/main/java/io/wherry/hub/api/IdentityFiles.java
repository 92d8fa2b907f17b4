package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import io.wherry.base.Loop;
import io.wherry.hub.fleet.CertificateException;
import io.wherry.hub.fleet.ServerIdentity;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * The operators' certificate from files that another program renews. They are read anew when they change; while the new ones cannot be used (a
 * renewal writes two files, one after the other) the last pair that fitted is shown.
 */
public final class IdentityFiles implements AutoCloseable {
    private static final Logger LOG = System.getLogger(IdentityFiles.class.getName());

    /** Certificates change every few weeks; a minute after that nobody has noticed. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    /** What TLS 1.3 and the JDK take, and how the two halves of a pair are compared. */
    private static final Map<String, String> SIGNATURES = Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA");

    private final Path certificate;
    private final Path key;
    private volatile ServerIdentity current;
    private List<FileTime> seen;
    private final Loop loop;

    private IdentityFiles(Path certificate, Path key, InstantSource clock) {
        this.certificate = certificate;
        this.key = key;
        this.seen = times();
        this.current = read(certificate, key);
        Instant end = current.chain().getFirst().getNotAfter().toInstant();
        if (end.isBefore(clock.instant())) {
            LOG.log(Level.ERROR, "{0}: this certificate ended on {1}; renew it", certificate, end);
        }
        this.loop = Loop.start("operators-certificate", LOOK, this::runOnce);
    }

    /**
     * Reads both files and looks at them every minute from then on.
     *
     * @throws CertificateException naming the file that cannot be used
     */
    public static IdentityFiles start(Path certificate, Path key, InstantSource clock) {
        return new IdentityFiles(certificate, key, clock);
    }

    public ServerIdentity current() {
        return current;
    }

    /** One look: reads the pair anew if one of the files was written since. */
    synchronized void runOnce() {
        List<FileTime> now = times();
        if (now.equals(seen)) {
            return;
        }
        try {
            current = read(certificate, key);
            LOG.log(Level.INFO, "{0}: the operators'' certificate was renewed", certificate);
        } catch (CertificateException e) {
            LOG.log(Level.ERROR, "{0}; the certificate from before is shown", e.getMessage());
        }
        seen = now;
    }

    private List<FileTime> times() {
        return List.of(time(certificate), time(key));
    }

    /** A file that is away for a moment has the time zero: it counts as changed when it is back. */
    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    /**
     * A chain and its key.
     *
     * @throws CertificateException naming the file that cannot be used
     */
    public static ServerIdentity read(Path certificate, Path key) {
        List<X509Certificate> chain = chain(certificate);
        PrivateKey secret = privateKey(key);
        requirePair(certificate, chain.getFirst().getPublicKey(), key, secret);
        return new ServerIdentity(secret, chain);
    }

    private static List<X509Certificate> chain(Path file) {
        try (var in = Files.newInputStream(file)) {
            List<X509Certificate> chain = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (chain.isEmpty()) {
                throw new CertificateException(
                        file + ": no certificate in it (expected: a chain as PEM, the hub's first)");
            }
            return chain;
        } catch (IOException | java.security.cert.CertificateException e) {
            throw new CertificateException(file + ": the certificate cannot be read: " + Causes.words(e), e);
        }
    }

    private static PrivateKey privateKey(Path file) {
        try (PEMParser pem = new PEMParser(Files.newBufferedReader(file, UTF_8))) {
            for (Object part = pem.readObject(); part != null; part = pem.readObject()) {
                if (part instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                }
                if (part instanceof PrivateKeyInfo info) {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new CertificateException(file + ": the private key cannot be read: " + Causes.words(e), e);
        }
        throw new CertificateException(file + ": no private key in it (expected: one as PEM, without a password)");
    }

    private static void requirePair(Path certificate, PublicKey shown, Path file, PrivateKey secret) {
        String algorithm = SIGNATURES.get(secret.getAlgorithm());
        if (algorithm == null) {
            throw new CertificateException(
                    file + ": a key of the kind " + secret.getAlgorithm() + " (expected: EC or RSA)");
        }
        try {
            byte[] probe = "wherry.key-check.v1".getBytes(UTF_8);
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(secret);
            signing.update(probe);
            byte[] signature = signing.sign();
            Signature checking = Signature.getInstance(algorithm);
            checking.initVerify(shown);
            checking.update(probe);
            if (checking.verify(signature)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new CertificateException(notAPair(certificate, file), e);
        }
        throw new CertificateException(notAPair(certificate, file));
    }

    private static String notAPair(Path certificate, Path file) {
        return file + ": not the key of the first certificate in " + certificate
                + " (the hub's own certificate stands first, its issuers after it)";
    }

    @Override
    public void close() {
        loop.close();
    }
}
