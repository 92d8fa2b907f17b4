package io.wherry.hub.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;

/**
 * The keys of which one must have signed a chart.
 *
 * @param armored OpenPGP certificates as {@code gpg --armor --export} writes them, at most {@link #MAX_CHARS}; whether they can be read is seen when they are
 *                used, so that only hubs with signed charts load what reads them
 */
public record ChartKeyring(String armored) {
    /** 64 Ki: some twenty keys without the signatures of strangers. */
    static final int MAX_CHARS = 64 << 10;

    private static final String FIRST_LINE = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
    private static final String FORM = "public keys as gpg --armor --export KEY writes them, from " + FIRST_LINE;

    public ChartKeyring {
        // No text of it is shown: somebody may have put a secret key here.
        Names.require(!armored.contains("PRIVATE KEY"), "keyring", "a secret key", FORM);
        Names.require(armored.length() <= MAX_CHARS, "keyring", armored.length() + " characters", "at most 65536");
        Names.require(armored.strip().startsWith(FIRST_LINE), "keyring", "not shown", FORM);
    }

    /** Names it: other keys have another one. */
    public Digest digest() {
        return Digest.of(armored.getBytes(UTF_8));
    }
}
