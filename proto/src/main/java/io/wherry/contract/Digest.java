package io.wherry.contract;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of some bytes: the only name content has.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) implements Comparable<Digest> {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final String PREFIX = "sha256:";
    private static final int BUFFER_BYTES = 64 << 10;

    public Digest {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("digest: " + hex + " (expected: 64 lower-case hexadecimal digits)");
        }
    }

    public static Digest of(byte[] bytes) {
        return new Digest(HexFormat.of().formatHex(sha256().digest(bytes)));
    }

    /** Reads to the end; does not close. */
    public static Digest of(InputStream bytes) throws IOException {
        MessageDigest sha256 = sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
            sha256.update(buffer, 0, read);
        }
        return ofRaw(sha256.digest());
    }

    /** Of 32 raw bytes, as they travel on the wire. @throws IllegalArgumentException for any other length */
    public static Digest ofRaw(byte[] raw) {
        return new Digest(HexFormat.of().formatHex(raw));
    }

    /** Reads {@code sha256:…}. @throws IllegalArgumentException for any other form or algorithm */
    public static Digest parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("digest: " + text + " (expected: sha256: and 64 hexadecimal digits)");
        }
        return new Digest(text.substring(PREFIX.length()));
    }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: not available (expected: every JDK has it)", e);
        }
    }

    public byte[] raw() {
        return HexFormat.of().parseHex(hex);
    }

    /** The first 12 digits: enough for a person to tell two apart, never used by a program. */
    public String brief() {
        return hex.substring(0, 12);
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    /** {@code sha256:…} */
    @Override
    public String toString() {
        return PREFIX + hex;
    }
}
