package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Optional;

/**
 * A key that a trust root vouches for. The algorithm belongs to the key, never to a message.
 *
 * @param keyId     SHA-256 of the SubjectPublicKeyInfo, 64 hexadecimal digits
 * @param algorithm {@link EcdsaP256#ALGORITHM}; a key of any other counts as absent
 * @param spki      SubjectPublicKeyInfo in DER, as base64: a text, so that equal keys are equal records
 */
public record TrustedKey(String keyId, String algorithm, String spki) {
    /** 1 KiB of base64: a P-256 key needs 124; room for a later algorithm. */
    private static final int MAX_SPKI_CHARS = 1024;

    /** @throws IllegalArgumentException if the id is not the key's, or the key is not one of its algorithm */
    public TrustedKey {
        Check.filled("algorithm", algorithm, Limits.FEATURE_CHARS);
        Check.filled("spki", spki, MAX_SPKI_CHARS);
        byte[] der = Codec.base64("spki", spki);
        Check.that(Digest.of(der).hex().equals(keyId), "keyId", keyId, "SHA-256 of spki");
        if (algorithm.equals(EcdsaP256.ALGORITHM)) {
            EcdsaP256.publicKey(der);
        }
    }

    /** @throws IllegalArgumentException if it is no P-256 key */
    public static TrustedKey of(PublicKey key) {
        return new TrustedKey(
                PublicKeyId.of(key), EcdsaP256.ALGORITHM, Base64.getEncoder().encodeToString(key.getEncoded()));
    }

    /** The key, or nothing where this version does not know its algorithm. */
    public Optional<PublicKey> publicKey() {
        return algorithm.equals(EcdsaP256.ALGORITHM)
                ? Optional.of(EcdsaP256.publicKey(Base64.getDecoder().decode(spki)))
                : Optional.empty();
    }

    Json toJson() {
        return Json.object()
                .put("keyId", keyId)
                .put("algorithm", algorithm)
                .put("spki", spki)
                .build();
    }

    static TrustedKey parse(Json.Obj key) {
        return new TrustedKey(key.string("keyId"), key.string("algorithm"), key.string("spki"));
    }
}
