package io.wherry.hub.fleet;

import static java.util.Objects.requireNonNull;

import io.wherry.base.DurableFiles;
import io.wherry.contract.Digest;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;

/**
 * The key and the self-signed certificate of the hub's own certificate authority.
 *
 * @param key ECDSA P-256; leaves the hub only in a backup
 * @param certificate what agents and operators trust, by the pin of its key
 */
public record CaKeys(PrivateKey key, X509Certificate certificate) {
    /** Longer than any device is in service. A new authority comes by a new trust root, not by running out. */
    static final Duration VALIDITY = Duration.ofDays(365 * 20);

    /** A name for people; nothing is decided by it. */
    private static final String NAME = "CN=Wherry CA ";

    private static final int NAME_DIGITS = 12;

    public CaKeys {
        requireNonNull(key, "key");
        requireNonNull(certificate, "certificate");
    }

    /** Makes a new authority: once, by {@code wherry-hub init}. */
    public static CaKeys create(SecureRandom random, Instant now) {
        KeyPair pair = P256.generate(random);
        Digest pin = Digest.of(pair.getPublic().getEncoded());
        X500Principal name = new X500Principal(NAME + pin.hex().substring(0, NAME_DIGITS));
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    serial(random),
                    Date.from(now.minus(CertificateAuthority.BACKDATED)),
                    Date.from(now.plus(VALIDITY)),
                    name,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, CertificateAuthority.keyIdentifier(pair.getPublic()));
            return new CaKeys(pair.getPrivate(), CertificateAuthority.sign(builder, pair.getPrivate()));
        } catch (CertIOException e) {
            throw new CertificateException("the authority's own certificate could not be built", e);
        }
    }

    /** Reads what {@link #write} wrote. @throws CertificateException naming the file that is missing, unreadable or not the other's */
    public static CaKeys read(Path keyFile, Path certificateFile) {
        PrivateKey key = Pem.readPrivateKey(keyFile);
        X509Certificate certificate = Pem.readCertificate(certificateFile);
        if (!P256.belongTogether(key, certificate.getPublicKey())) {
            throw new CertificateException(keyFile + ": is not the key of " + certificateFile
                    + " (expected: both from the same init or backup)");
        }
        return new CaKeys(key, certificate);
    }

    /** Writes the key (PKCS#8, 0600) and the certificate (0644), both as PEM. @throws CertificateException if a file cannot be written */
    public void write(Path keyFile, Path certificateFile) {
        try {
            DurableFiles.write(keyFile, Pem.encode(key));
            DurableFiles.writeReadable(certificateFile, Pem.encode(certificate));
        } catch (IOException e) {
            throw new CertificateException("the authority could not be written to " + keyFile.getParent(), e);
        }
    }

    /** SHA-256 of the authority's SubjectPublicKeyInfo: what join tokens and trust roots carry. */
    public Digest pin() {
        return Digest.of(certificate.getPublicKey().getEncoded());
    }

    /** 127 random bits, positive: serial numbers never repeat and tell nothing. */
    static BigInteger serial(SecureRandom random) {
        return new BigInteger(127, random).setBit(126);
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "CaKeys[" + certificate.getSubjectX500Principal().getName() + "]";
    }
}
