package io.wherry.hub.resource;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who must have signed an artifact by cosign.
 *
 * @param publicKeys as {@code cosign generate-key-pair} writes them: PEM, ECDSA on P-256, one each; 1 to {@link #MAX_KEYS}
 * @param identity   what the signature must say that it is for, {@code HOST/REPOSITORY}; empty: whatever it says
 */
public record CosignKeys(List<String> publicKeys, Optional<String> identity) {
    /** A team and its pipelines. */
    static final int MAX_KEYS = 16;

    private static final int MAX_IDENTITY_CHARS = 512;
    private static final int P256_BITS = 256;
    private static final Pattern PEM =
            Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]{1,4096})-----END PUBLIC KEY-----\\s*");

    public CosignKeys {
        publicKeys = List.copyOf(publicKeys);
        if (publicKeys.isEmpty() || publicKeys.size() > MAX_KEYS) {
            throw new IllegalArgumentException(
                    "publicKeys: " + publicKeys.size() + " keys (expected: 1 to " + MAX_KEYS + ")");
        }
        publicKeys.forEach(CosignKeys::parse);
        identity.ifPresent(text -> Names.require(
                !text.isEmpty()
                        && text.length() <= MAX_IDENTITY_CHARS
                        && text.chars().noneMatch(c -> c <= ' ' || c >= 0x7f),
                "identity",
                text,
                "HOST/REPOSITORY, as the signature says it"));
    }

    /** The keys by their ids: the SHA-256 of the SubjectPublicKeyInfo. */
    public Map<Digest, PublicKey> byId() {
        Map<Digest, PublicKey> keys = new LinkedHashMap<>();
        publicKeys.forEach(pem -> {
            PublicKey key = parse(pem);
            keys.put(Digest.of(key.getEncoded()), key);
        });
        return keys;
    }

    private static PublicKey parse(String pem) {
        Matcher block = PEM.matcher(pem);
        if (!block.matches()) {
            throw new IllegalArgumentException("publicKeys: "
                    + (pem.contains("PRIVATE KEY")
                            ? "one is a private key, which belongs to nobody but who signs"
                            : "one is no public key")
                    + " (expected: the whole of cosign.pub, -----BEGIN PUBLIC KEY----- …)");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(1).getBytes(US_ASCII));
            PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
            if (key instanceof ECPublicKey ec
                    && ec.getParams().getCurve().getField().getFieldSize() == P256_BITS) {
                return key;
            }
            throw new IllegalArgumentException("publicKeys: one is on another curve (expected: ECDSA on P-256)");
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "publicKeys: one is of another kind, or broken (expected: ECDSA on P-256, as cosign"
                            + " generate-key-pair makes them)",
                    e);
        }
    }

    Json.Obj toJson() {
        return Json.object()
                .put("publicKeys", publicKeys)
                .putIf("identity", identity)
                .build();
    }
}
