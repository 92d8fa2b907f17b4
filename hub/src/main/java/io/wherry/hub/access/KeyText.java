package io.wherry.hub.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Secret;
import io.wherry.contract.Digest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text form of a key: {@code wak_ID_SECRET}. The prefix lets secret scanners find one that was committed by mistake.
 *
 * @param id     10 characters: which row to look at
 * @param secret 52 characters, 260 random bits: too many to guess, so one fast hash of it is enough at rest
 */
record KeyText(String id, Secret secret) {
    private static final int ID_CHARS = 10;
    private static final int SECRET_CHARS = 52;

    /** Crockford's alphabet in lower case: no i, l, o, u. */
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

    private static final Pattern FORM =
            Pattern.compile("wak_([" + ALPHABET + "]{" + ID_CHARS + "})_([" + ALPHABET + "]{" + SECRET_CHARS + "})");

    static KeyText random(SecureRandom random) {
        return new KeyText(text(random, ID_CHARS), Secret.of(text(random, SECRET_CHARS)));
    }

    static Optional<KeyText> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches() ? Optional.of(new KeyText(form.group(1), Secret.of(form.group(2)))) : Optional.empty();
    }

    byte[] hash() {
        return Digest.of(secret.reveal().getBytes(UTF_8)).raw();
    }

    /** The whole key, to be shown once. */
    Secret whole() {
        return Secret.of("wak_" + id + "_" + secret.reveal());
    }

    private static String text(SecureRandom random, int chars) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < chars; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
