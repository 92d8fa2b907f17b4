package io.wherry.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a site needs to join: where the hub is, how to know it, and a secret to be used once (docs/reference/agent-protocol.md#join-token).
 *
 * @param id          names the token in lists and logs; no secret
 * @param secret      16 to 64 random bytes
 * @param hubs        {@code host:port}, 1 to {@link Limits#HUBS}
 * @param caPin       SHA-256 of the SubjectPublicKeyInfo of the hub's CA
 * @param trustDomain digest of trust root version 1
 */
public record JoinToken(String id, byte[] secret, List<String> hubs, Digest caPin, Digest trustDomain) {
    /** Lets secret scanners find a token that was committed by mistake; the digit is the version of the form. */
    public static final String PREFIX = "wjt1.";

    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,63}");
    private static final Pattern FORM = Pattern.compile("wjt1\\.[A-Za-z0-9_-]{1,8192}");
    private static final int MAX_BYTES = 8192;

    /** @throws IllegalArgumentException naming the field, never the secret */
    public JoinToken {
        Check.matches("id", id, ID, "1 to 63 of a-z, 0-9 and -");
        Check.range("secret bytes", secret.length, 16, 64);
        secret = secret.clone();
        hubs = HubAddress.list(hubs);
        Check.that(!hubs.isEmpty(), "hubs", "none", "at least one host:port");
    }

    @Override
    public byte[] secret() {
        return secret.clone();
    }

    /** The text that is handed over: {@code wjt1.} and base64url of a small JSON object. */
    public String encode() {
        byte[] json = JsonWriter.canonical(Json.object()
                .put("id", id)
                .put("secret", url(secret))
                .put("hubs", hubs)
                .put("caPin", url(caPin.raw()))
                .put("trustDomain", url(trustDomain.raw()))
                .build());
        return PREFIX + url(json);
    }

    /** @throws IllegalArgumentException saying what is wrong, without repeating the text, since it holds a secret */
    public static JoinToken parse(String text) {
        String trimmed = text.strip();
        if (!FORM.matcher(trimmed).matches()) {
            throw Check.wrong("join token", "another text", "wjt1. and base64url, as printed by: wherry token create");
        }
        try {
            byte[] json = Base64.getUrlDecoder()
                    .decode(trimmed.substring(PREFIX.length()).getBytes(US_ASCII));
            Json.Obj token = JsonReader.statement(json, MAX_BYTES);
            return new JoinToken(
                    token.string("id"),
                    Base64.getUrlDecoder().decode(token.string("secret")),
                    token.strings("hubs"),
                    Digest.ofRaw(Base64.getUrlDecoder().decode(token.string("caPin"))),
                    Digest.ofRaw(Base64.getUrlDecoder().decode(token.string("trustDomain"))));
        } catch (RuntimeException _) {
            // No cause and no message of it: both may repeat parts of the secret.
            throw Check.wrong("join token", "damaged or cut off", "the whole text, as printed by: wherry token create");
        }
    }

    private static String url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "JoinToken[id=" + id + ", secret=***, hubs=" + hubs + ", caPin=" + caPin + ", trustDomain=" + trustDomain
                + "]";
    }
}
