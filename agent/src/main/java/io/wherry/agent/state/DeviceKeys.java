package io.wherry.agent.state;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.contract.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/**
 * The two keys of this device, made here and never sent: P-256 for identity and receipts, X25519 to which secrets are sealed.
 *
 * <p>Files {@code identity.key} and {@code sealing.key}, 0600: the private key (PKCS#8) and the public one. The public key stands beside the private
 * one because the JDK cannot derive it.
 */
public record DeviceKeys(KeyPair identity, KeyPair sealing) {
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final byte[] SEALING_CONTEXT =
            "wherry.sealing-key.v1\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final int X25519_BYTES = 32;

    /** Reads the keys, or makes them where there are none. @throws StateException if they cannot be read or written */
    public static DeviceKeys openOrMake(StateFolder folder) {
        return new DeviceKeys(key(folder.resolve("identity.key"), "EC"), key(folder.resolve("sealing.key"), "X25519"));
    }

    /**
     * Reads the keys of an agent that has joined. One that is gone is not made anew: it would not be the one that the hub knows, and would stand
     * in the way of the right one from a backup.
     */
    public static DeviceKeys open(StateFolder folder) {
        for (String name : List.of("identity.key", "sealing.key")) {
            Path file = folder.resolve(name);
            if (!Files.exists(file)) {
                throw StateException.broken(
                        "key " + file
                                + ": is gone; put it back, or join anew (wherry-agent leave, then wherry-agent join --token-file FILE; workloads keep running)");
            }
        }
        return openOrMake(folder);
    }

    private static KeyPair key(Path file, String algorithm) {
        try {
            return Files.exists(file) ? read(file, algorithm) : make(file, algorithm);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw StateException.disk(
                    "key " + file + ": cannot be used: " + Causes.words(e)
                            + "; without it this agent must join anew (wherry-agent leave, then join)",
                    e);
        }
    }

    private static KeyPair make(Path file, String algorithm) throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        KeyPair pair = generator.generateKeyPair();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(Pem.encode(PRIVATE, pair.getPrivate().getEncoded()));
        text.writeBytes(Pem.encode(PUBLIC, pair.getPublic().getEncoded()));
        DurableFiles.write(file, text.toByteArray());
        return pair;
    }

    private static KeyPair read(Path file, String algorithm) throws GeneralSecurityException, IOException {
        byte[] text = Files.readAllBytes(file);
        List<byte[]> privateKeys = Pem.decode(PRIVATE, text);
        List<byte[]> publicKeys = Pem.decode(PUBLIC, text);
        if (privateKeys.size() != 1 || publicKeys.size() != 1) {
            throw new IllegalArgumentException("not one private and one public key");
        }
        KeyFactory keys = KeyFactory.getInstance(algorithm);
        return new KeyPair(
                keys.generatePublic(new X509EncodedKeySpec(publicKeys.getFirst())),
                keys.generatePrivate(new PKCS8EncodedKeySpec(privateKeys.getFirst())));
    }

    /** SHA-256 of the identity key's SubjectPublicKeyInfo: what assignments are bound to. */
    public Digest identityHash() {
        return Digest.of(identity.getPublic().getEncoded());
    }

    /** The sealing key as it travels: 32 raw bytes. */
    public byte[] rawSealingKey() {
        byte[] encoded =
                sealing.getPublic().getEncoded(); // SubjectPublicKeyInfo of X25519 ends with the raw key (RFC 8410)
        return Arrays.copyOfRange(encoded, encoded.length - X25519_BYTES, encoded.length);
    }

    /** The identity key vouches for the sealing key. */
    public byte[] sealingKeySignature() {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(identity.getPrivate());
            signature.update(SEALING_CONTEXT);
            signature.update(rawSealingKey());
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("identity key: cannot sign (expected: a P-256 key)", e);
        }
    }
}
