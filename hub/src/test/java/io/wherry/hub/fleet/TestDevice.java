package io.wherry.hub.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.contract.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** The keys that an agent makes for itself, and what it presents to join. */
public record TestDevice(KeyPair keys, KeyPair sealing) {
    private static final SecureRandom RANDOM = new SecureRandom();

    public static TestDevice create() {
        try {
            KeyPair sealing = KeyPairGenerator.getInstance("X25519").generateKeyPair();
            return new TestDevice(P256.generate(RANDOM), sealing);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** As it travels: the last 32 bytes of its SubjectPublicKeyInfo. */
    public byte[] sealingKey() {
        byte[] encoded = sealing.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }

    public Digest keyHash() {
        return Digest.of(keys.getPublic().getEncoded());
    }

    public byte[] csr() {
        return csr(keys, "SHA256withECDSA");
    }

    public static byte[] csr(KeyPair keys, String algorithm) {
        try {
            return new JcaPKCS10CertificationRequestBuilder(new X500Principal("CN=ignored"), keys.getPublic())
                    .build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate()))
                    .getEncoded();
        } catch (OperatorCreationException | IOException e) {
            throw new AssertionError(e);
        }
    }

    public byte[] sealingKeySignature() {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes("wherry.sealing-key.v1\n".getBytes(US_ASCII));
        message.writeBytes(sealingKey());
        return sign(message.toByteArray());
    }

    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static AgentFacts facts(String name) {
        return facts(name, "");
    }

    public static AgentFacts facts(String name, String environment) {
        return new AgentFacts(
                name,
                "docker",
                "engine-1",
                "20.10.24",
                "0.1.0",
                "linux/amd64",
                "site-host",
                environment,
                List.of("compose.v1"),
                1L << 30,
                "",
                "");
    }

    public EnrolRequest request(byte[] secret, AgentFacts facts) {
        return new EnrolRequest(secret, csr(), sealingKey(), sealingKeySignature(), facts, "192.0.2.7");
    }

    public EnrolRequest request(byte[] secret) {
        return request(secret, facts("site-1"));
    }
}
