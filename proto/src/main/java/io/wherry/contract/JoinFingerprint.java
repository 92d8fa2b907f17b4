package io.wherry.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;

/**
 * What an operator and a technician compare before an agent is approved, like {@code 9K4P-2TQX-M7WD}: each side computes it by itself.
 *
 * <p>60 bits of SHA-256 over {@code "wherry.join-fingerprint.v1\n"}, the trust domain (32 raw bytes), the key id of the identity key (32 raw
 * bytes), the sealing key (32 raw bytes) and the token id (UTF-8), in Crockford's base 32. An attacker in the middle would have to find keys that
 * collide in all 60 bits within the token's life.
 */
public final class JoinFingerprint {
    private static final byte[] CONTEXT = "wherry.join-fingerprint.v1\n".getBytes(UTF_8);
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /** 12 characters of 5 bits. */
    private static final int CHARACTERS = 12;

    private static final int GROUP = 4;
    private static final int SEALING_KEY_BYTES = 32;

    private JoinFingerprint() {}

    /**
     * @param keyId SHA-256 of the identity key's SubjectPublicKeyInfo
     * @param sealingKey raw X25519 public key, 32 bytes
     */
    public static String of(Digest trustDomain, Digest keyId, byte[] sealingKey, String tokenId) {
        if (sealingKey.length != SEALING_KEY_BYTES) {
            throw new IllegalArgumentException("sealingKey: " + sealingKey.length + " bytes (expected: 32)");
        }
        MessageDigest sha256 = Digest.sha256();
        sha256.update(CONTEXT);
        sha256.update(trustDomain.raw());
        sha256.update(keyId.raw());
        sha256.update(sealingKey);
        byte[] hash = sha256.digest(tokenId.getBytes(UTF_8));

        StringBuilder text = new StringBuilder();
        for (int i = 0; i < CHARACTERS; i++) {
            if (i > 0 && i % GROUP == 0) {
                text.append('-');
            }
            text.append(ALPHABET.charAt(fiveBits(hash, i * 5)));
        }
        return text.toString();
    }

    private static int fiveBits(byte[] bytes, int from) {
        int window = (bytes[from / 8] & 0xff) << 8 | (bytes[from / 8 + 1] & 0xff);
        return window >> (11 - from % 8) & 0x1f;
    }
}
