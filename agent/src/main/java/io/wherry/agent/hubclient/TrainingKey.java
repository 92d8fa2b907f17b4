package io.wherry.agent.hubclient;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key and its certificate while class caches are made: of an authority, of the stand-in for a hub, of an agent.
 *
 * @param chain the key's certificate first, the authority's last
 */
public record TrainingKey(KeyPair pair, List<X509Certificate> chain) {
    /** The clock of a machine may not have been set yet: valid at all times that it can show. */
    private static final byte[] NOT_BEFORE = time("19700101000000Z");

    private static final byte[] NOT_AFTER = time("21700101000000Z");

    private static final byte[] YES = Der.of(Der.BOOLEAN, new byte[] {(byte) 0xff});
    private static final byte[] VERSION_3 = Der.of(Der.CONTEXT, Der.of(Der.INTEGER, new byte[] {2}));
    private static final int EXTENSIONS = Der.CONTEXT + 3;

    /** {@code iPAddress} of a subject's alternative names (RFC 5280). */
    private static final int IP_ADDRESS = 0x87;

    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    /** 2.5.29.19, basicConstraints: an authority. */
    private static final byte[] AUTHORITY = extension("551d13", Der.of(Der.SEQUENCE, YES));

    /** 2.5.29.17, subjectAltName: the loopback. */
    private static final byte[] AT_LOOPBACK = extension("551d11", Der.of(Der.SEQUENCE, Der.of(IP_ADDRESS, LOOPBACK)));

    /** 2.5.29.37, extKeyUsage: a server, a client. */
    private static final byte[] SERVER = usage("2b06010505070301");

    private static final byte[] CLIENT = usage("2b06010505070302");

    private static final char[] IN_MEMORY = "training".toCharArray();

    public static TrainingKey authority() throws GeneralSecurityException {
        KeyPair pair = fresh();
        return new TrainingKey(pair, List.of(certificate("ca", pair.getPublic(), "ca", pair, AUTHORITY)));
    }

    /** Of what serves at 127.0.0.1, certified by this authority. */
    public TrainingKey hub() throws GeneralSecurityException {
        return issue("hub", SERVER, AT_LOOPBACK);
    }

    /** Of an agent's identity, certified by this authority. */
    public TrainingKey device() throws GeneralSecurityException {
        return issue("device", CLIENT);
    }

    private TrainingKey issue(String name, byte[]... extensions) throws GeneralSecurityException {
        KeyPair own = fresh();
        return new TrainingKey(
                own, List.of(certificate(name, own.getPublic(), "ca", pair, extensions), chain.getLast()));
    }

    /** For a server with this key, and trust in the authority that certified it. */
    public SSLContext serving() throws IOException, GeneralSecurityException {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("own", pair.getPrivate(), IN_MEMORY, chain.toArray(X509Certificate[]::new));
        own.setCertificateEntry("authority", chain.getLast());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(own, IN_MEMORY);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(own);
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
        return tls;
    }

    public static KeyPair fresh() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** RFC 5280, 4.1. */
    private static X509Certificate certificate(
            String subject, PublicKey key, String issuer, KeyPair signer, byte[]... extensions)
            throws GeneralSecurityException {
        byte[] content = Der.of(
                Der.SEQUENCE,
                VERSION_3,
                Der.of(Der.INTEGER, BigInteger.valueOf(subject.hashCode()).abs().toByteArray()),
                Der.ECDSA_SHA256,
                Der.name(issuer),
                Der.of(Der.SEQUENCE, NOT_BEFORE, NOT_AFTER),
                Der.name(subject),
                key.getEncoded(),
                Der.of(EXTENSIONS, Der.of(Der.SEQUENCE, extensions)));
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Der.signed(content, signer.getPrivate())));
    }

    private static byte[] extension(String identifier, byte[] value) {
        return Der.of(Der.SEQUENCE, Der.identifier(identifier), Der.of(Der.OCTET_STRING, value));
    }

    private static byte[] usage(String purpose) {
        return extension("551d25", Der.of(Der.SEQUENCE, Der.identifier(purpose)));
    }

    private static byte[] time(String value) {
        return Der.of(Der.GENERALIZED_TIME, value.getBytes(US_ASCII));
    }
}
