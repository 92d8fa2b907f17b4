package io.wherry.contract;

import io.wherry.contract.json.Json;

/**
 * A secret for one agent alone: HPKE (RFC 9180) to its X25519 key, in base mode (docs/reference/bundle-format.md#sealed-secrets).
 *
 * <p>The arrays are base64 texts here, so that equal entries are equal records.
 *
 * @param name       under which the Compose model knows it
 * @param uid        the secret's uid at the hub: 26 characters as of a stack
 * @param version    1, 2, 3 … of the secret's value
 * @param keyHash    SHA-256 of the agent's raw X25519 public key
 * @param suite      {@link #SUITE}
 * @param enc        encapsulated key, 32 bytes in base64
 * @param ciphertext with its tag, at most {@link Limits#SEALED_BYTES}, in base64
 */
public record SealedSecret(
        String name, String uid, long version, Digest keyHash, String suite, String enc, String ciphertext) {
    /** KEM DHKEM(X25519, HKDF-SHA256), KDF HKDF-SHA256, AEAD AES-256-GCM. */
    public static final String SUITE = "hpke-x25519-sha256-aes256gcm";

    private static final int ENC_BYTES = 32;

    public SealedSecret {
        Check.filled("name", name, Limits.NAME_CHARS);
        Base32.check("uid", uid);
        Check.range("version", version, 1, Limits.INTEGER);
        Check.filled("suite", suite, Limits.FEATURE_CHARS);
        Check.range("enc", Codec.base64("enc", enc).length, ENC_BYTES, ENC_BYTES);
        Check.range("ciphertext", Codec.base64("ciphertext", ciphertext).length, 16, Limits.SEALED_BYTES);
    }

    /** As in an entry; a hub keeps them of its own accord too. */
    public Json toJson() {
        return Json.object()
                .put("name", name)
                .put("uid", uid)
                .put("version", version)
                .put("keyHash", keyHash.toString())
                .put("suite", suite)
                .put("enc", enc)
                .put("ciphertext", ciphertext)
                .build();
    }

    /** Reads what {@link #toJson} wrote. @throws RuntimeException {@link io.wherry.contract.json.JsonException} or {@link IllegalArgumentException}, naming the field */
    public static SealedSecret parse(Json.Obj secret) {
        return new SealedSecret(
                secret.string("name"),
                secret.string("uid"),
                secret.integer("version"),
                Codec.digest(secret, "keyHash"),
                secret.string("suite"),
                secret.string("enc"),
                secret.string("ciphertext"));
    }
}
