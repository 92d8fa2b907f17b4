package io.wherry.contract;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/** Ids of 130 random bits in lower-case Crockford base32: 26 characters, no i, l, o or u, so that they can be read over the telephone. */
final class Base32 {
    static final int ID_CHARS = 26;
    static final String EXPECTED = "26 of 0-9, a-z without i, l, o, u";
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final Pattern ID = Pattern.compile("[0-9a-hjkmnp-tv-z]{26}");

    private Base32() {}

    static String id(SecureRandom random) {
        StringBuilder id = new StringBuilder(ID_CHARS);
        for (int i = 0; i < ID_CHARS; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    static void check(String field, String id) {
        Check.matches(field, id, ID, EXPECTED);
    }
}
