package io.wherry.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Base64;
import java.util.Optional;

/**
 * Seals secrets for one stack at one agent, and opens them there (docs/reference/bundle-format.md#sealed-secrets).
 *
 * <p>Whom and what a secret is for is bound into it: a hub or a thief that puts it under another agent, stack, secret or version gets nothing that opens.
 */
public record SecretSeal(Digest trustDomain, AgentId agent, StackId stack) {
    /** 64 KiB: a key store or a chain of certificates; a secret is no file system. */
    public static final int MAX_BYTES = Limits.SEALED_BYTES - Hpke.TAG_BYTES;

    private static final String CONTEXT = "wherry.secret.v1";
    private static final byte[] NOTHING = new byte[0];

    /**
     * Seals a value.
     *
     * @param name    under which the model knows it
     * @param uid     the secret's uid at the hub
     * @param version of the value: 1, 2, 3 …
     * @param key     the agent's raw X25519 key, 32 bytes
     * @param value   at most {@link #MAX_BYTES}
     * @throws IllegalArgumentException if that is no key, or the value is too long
     */
    public SealedSecret seal(String name, String uid, long version, byte[] key, byte[] value) {
        Check.range("value", value.length, 0, MAX_BYTES);
        try {
            Hpke.Sealed sealed = Hpke.AES_256.seal(key, info(uid, version), NOTHING, value);
            return new SealedSecret(
                    name,
                    uid,
                    version,
                    Digest.of(key),
                    SealedSecret.SUITE,
                    Base64.getEncoder().encodeToString(sealed.enc()),
                    Base64.getEncoder().encodeToString(sealed.ciphertext()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("key: not a key to seal to (expected: a raw X25519 public key)", e);
        }
    }

    /** The value. Empty if it was not sealed to this key for this stack at this agent, or was changed since. */
    public Optional<byte[]> open(SealedSecret secret, KeyPair key) {
        if (!secret.suite().equals(SealedSecret.SUITE)) {
            return Optional.empty();
        }
        try {
            Hpke.Sealed sealed = new Hpke.Sealed(
                    Base64.getDecoder().decode(secret.enc()),
                    Base64.getDecoder().decode(secret.ciphertext()));
            return Optional.of(Hpke.AES_256.open(key, sealed, info(secret.uid(), secret.version()), NOTHING));
        } catch (GeneralSecurityException e) {
            return Optional
                    .empty(); // which of the reasons it is cannot be told: that is what authenticated encryption gives
        }
    }

    /** Lines that can hold no line feed themselves, so that no two contexts give the same bytes. */
    private byte[] info(String uid, long version) {
        return String.join(
                        "\n",
                        CONTEXT,
                        trustDomain.toString(),
                        agent.value(),
                        stack.value(),
                        uid,
                        Long.toString(version))
                .getBytes(UTF_8);
    }
}
