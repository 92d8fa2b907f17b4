package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Secret;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * By what a Git server shows that it has the secret: a keyed hash of the body (GitHub, Gitea and Forgejo, Bitbucket, and any script), or the secret itself
 * (GitLab, Azure DevOps). One good proof is enough; each takes as long as any other.
 */
final class WebhookProof {
    private static final String HMAC = "HmacSHA256";
    private static final String SHA_256 = "sha256=";

    private WebhookProof() {}

    /**
     * @param headers value of a header by its name
     * @param secret  of the source
     */
    static boolean isGood(Function<String, Optional<String>> headers, byte[] body, Secret secret) {
        byte[] hash = hash(body, secret);
        // Bitbucket has the second, in which GitHub sends an older hash beside the first.
        boolean byHash = Stream.of("X-Hub-Signature-256", "X-Hub-Signature")
                .flatMap(name -> headers.apply(name).stream())
                .anyMatch(shown -> isHash(shown, hash));
        boolean bySecret = Stream.concat(
                        headers.apply("X-Gitlab-Token").stream(),
                        headers.apply("Authorization").flatMap(WebhookProof::password).stream())
                .map(Secret::of)
                .anyMatch(secret::equals);
        return byHash || bySecret;
    }

    private static byte[] hash(byte[] body, Secret secret) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.reveal().getBytes(UTF_8), HMAC));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(HMAC + ": not in this Java (expected: it is in every one)", e);
        }
    }

    private static boolean isHash(String shown, byte[] hash) {
        if (!shown.startsWith(SHA_256)) {
            return false;
        }
        try {
            return MessageDigest.isEqual(HexFormat.of().parseHex(shown.substring(SHA_256.length())), hash);
        } catch (IllegalArgumentException e) {
            return false; // no hash at all
        }
    }

    /** Of {@code Basic}; whatever the user is called. */
    private static Optional<String> password(String authorization) {
        if (!authorization.startsWith("Basic ")) {
            return Optional.empty();
        }
        try {
            String pair = new String(
                    Base64.getDecoder()
                            .decode(authorization.substring("Basic ".length()).strip()),
                    UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? Optional.empty() : Optional.of(pair.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // nothing that could be right
        }
    }
}
