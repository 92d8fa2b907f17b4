package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

    private static final int PART_BYTES = 16 << 10;

    private final Function<String, Optional<String>> headers;
    private final Secret secret;

    /**
     * @param headers value of a header by its name
     * @param secret  of the source
     */
    WebhookProof(Function<String, Optional<String>> headers, Secret secret) {
        this.headers = headers;
        this.secret = secret;
    }

    /** Reads the body to its end and keeps nothing of it: whoever sends it is known only then. */
    boolean isGood(InputStream body) throws IOException {
        byte[] hash = hash(body);
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

    private byte[] hash(InputStream body) throws IOException {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.reveal().getBytes(UTF_8), HMAC));
            byte[] part = new byte[PART_BYTES];
            long all = 0;
            for (int read = body.read(part); read >= 0; read = body.read(part)) {
                all += read;
                if (all > ApiRequest.MAX_BODY_BYTES) {
                    body.transferTo(OutputStream.nullOutputStream()); // else the sender never sees the answer
                    throw Problems.tooLarge();
                }
                mac.update(part, 0, read);
            }
            return mac.doFinal();
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
