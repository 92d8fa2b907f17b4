package io.wherry.agent.hubclient;

import io.wherry.contract.Digest;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A CA with a server's and an agent's certificate; it reads signing requests with a library that is not the agent's own. */
public final class TestCertificates {
    private static final X500Name NAME = new X500Name("CN=test CA");
    private static final Duration LIFE = Duration.ofDays(365);

    private final KeyPair keys = newKeys();
    final X509Certificate ca;
    public final DeviceCertificate server;
    public final DeviceCertificate device;

    public TestCertificates() throws Exception {
        ca = signed(certificate(NAME, keys.getPublic(), LIFE)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(true)));
        server = signed("server", KeyPurposeId.id_kp_serverAuth);
        device = signed("device", KeyPurposeId.id_kp_clientAuth);
    }

    /** A client's certificate for whoever signed the request (PKCS#10, DER), valid for these days from now on; the CA's after it. */
    public List<X509Certificate> sign(byte[] request, int days) {
        try {
            JcaPKCS10CertificationRequest asked = new JcaPKCS10CertificationRequest(request);
            return List.of(
                    signed(certificate(asked.getSubject(), asked.getPublicKey(), Duration.ofDays(days))
                            .addExtension(
                                    Extension.extendedKeyUsage,
                                    false,
                                    new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth))),
                    ca);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    public Digest pin() {
        return Digest.of(ca.getPublicKey().getEncoded());
    }

    private DeviceCertificate signed(String name, KeyPurposeId use)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPair own = newKeys();
        GeneralName[] here = {
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
            new GeneralName(GeneralName.iPAddress, "::1")
        };
        X509Certificate certificate = signed(certificate(new X500Name("CN=" + name), own.getPublic(), LIFE)
                .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(here))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(use)));
        return new DeviceCertificate(own.getPrivate(), List.of(certificate, ca));
    }

    private static JcaX509v3CertificateBuilder certificate(X500Name subject, PublicKey key, Duration life) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                NAME, BigInteger.valueOf(System.nanoTime()), Date.from(now), Date.from(now.plus(life)), subject, key);
    }

    private X509Certificate signed(X509v3CertificateBuilder builder)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
