package io.wherry.e2e.simulation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.base.DurableFiles;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Envelope;
import io.wherry.contract.PublicKeyId;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.TrustedKey;
import io.wherry.hub.release.SigningKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The keys of all schedules: the same in every run, since digests, and so orders, follow from them. */
final class Trust {
    static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");
    static final SecureRandom RANDOM = seeded();

    private static final KeyPair ROOT = signing();
    private static final KeyPair HUB = signing();
    private static final KeyPair RELEASE = signing();
    private static final KeyPair LOG = signing();
    private static final KeyPair DEVICE = signing();
    private static final KeyPair SEALING = sealing();
    private static final int X25519_BYTES = 32;

    private Trust() {}

    private static SecureRandom seeded() {
        try {
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed("wherry simulation".getBytes(US_ASCII)); // before its first use: then this is its only seed
            return random;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA1PRNG: not available (expected: every JDK has it)", e);
        }
    }

    private static KeyPair signing() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("P-256: not available", e);
        }
    }

    private static KeyPair sealing() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("X25519");
            generator.initialize(NamedParameterSpec.X25519, RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("X25519: not available", e);
        }
    }

    /** A root of this version and epoch; signed by the one root key, so any follows any. */
    static TrustRoot root(long version, Instant at) {
        Role root = role(ROOT);
        return new TrustRoot(
                version,
                version,
                at,
                List.of(
                        TrustedKey.of(ROOT.getPublic()),
                        TrustedKey.of(HUB.getPublic()),
                        TrustedKey.of(RELEASE.getPublic()),
                        TrustedKey.of(LOG.getPublic())),
                new Roles(root, role(HUB), role(LOG), new TreeMap<>(Map.of(Roles.ANY, role(RELEASE)))),
                List.of(Digest.of(new byte[] {1})),
                "0.0.0",
                "0.0.0");
    }

    private static Role role(KeyPair key) {
        return Role.of(PublicKeyId.of(key.getPublic()));
    }

    static byte[] signed(TrustRoot root) {
        return Envelope.sign(root.toStatement(), EcdsaSigner.of(ROOT)).toJson();
    }

    static Digest domain() {
        return Digest.of(root(1, BEGIN).toStatement());
    }

    static SigningKeys hub(long epoch) {
        return new SigningKeys(domain(), root(epoch, BEGIN), EcdsaSigner.of(HUB), EcdsaSigner.of(RELEASE));
    }

    static KeyPair device() {
        return DEVICE;
    }

    static byte[] deviceKey() {
        return DEVICE.getPublic().getEncoded();
    }

    static byte[] sealingKey() {
        byte[] encoded = SEALING.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - X25519_BYTES, encoded.length);
    }

    /** Writes the device's keys as the agent keeps them. */
    static void writeDeviceKeys(Path data) throws IOException {
        DurableFiles.write(data.resolve("identity.key"), pem(DEVICE));
        DurableFiles.write(data.resolve("sealing.key"), pem(SEALING));
    }

    private static byte[] pem(KeyPair pair) {
        return (block("PRIVATE KEY", pair.getPrivate().getEncoded())
                        + block("PUBLIC KEY", pair.getPublic().getEncoded()))
                .getBytes(US_ASCII);
    }

    private static String block(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
