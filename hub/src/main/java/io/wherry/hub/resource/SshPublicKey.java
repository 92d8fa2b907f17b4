package io.wherry.hub.resource;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * A public key as OpenSSH writes it: of a server, or of somebody who signs.
 *
 * @param type   one of {@link #TYPES}
 * @param base64 its bytes in the form of RFC 4253, which begin with the type
 */
public record SshPublicKey(String type, String base64) {
    public static final String ED25519 = "ssh-ed25519";
    public static final String RSA = "ssh-rsa";
    public static final String ECDSA = "ecdsa-sha2-";

    /** What OpenSSH makes by default or on demand, without what it has given up (DSA) and what needs a device (sk-). */
    public static final List<String> TYPES =
            List.of(ED25519, ECDSA + "nistp256", ECDSA + "nistp384", ECDSA + "nistp521", RSA);

    /** NIST SP 800-57 has 2,048 bits for what need not last; servers of large hosts have them still. */
    static final int MIN_RSA_BITS = 2048;

    /** Above an RSA key of 16,384 bits. */
    private static final int MAX_CHARS = 4096;

    private static final String FORM = "TYPE and BASE64 as in a .pub file, of type " + String.join(", ", TYPES);

    /** @throws IllegalArgumentException if it is none of these, or a weak one; the message goes on after what it is called */
    public SshPublicKey {
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException(
                    "is of type \"" + shown(type) + "\", which is not taken (expected: " + FORM + ")");
        }
        byte[] blob = base64.length() <= MAX_CHARS ? decoded(base64) : new byte[0];
        try {
            ByteBuffer in = ByteBuffer.wrap(blob);
            if (!type.equals(new String(string(in), US_ASCII))) {
                throw new IllegalArgumentException("says \"" + type + "\" and holds another type of key");
            }
            if (type.equals(RSA)) {
                string(in); // the exponent
                int bits = new BigInteger(string(in)).bitLength();
                if (bits < MIN_RSA_BITS) {
                    throw new IllegalArgumentException(
                            "is an RSA key of " + bits + " bits (expected: " + MIN_RSA_BITS + " or more, or ED25519)");
                }
            }
        } catch (java.nio.BufferUnderflowException e) {
            throw new IllegalArgumentException("cannot be read (expected: " + FORM + "; was it copied whole?)", e);
        }
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is no base64 (expected: " + FORM + ")", e);
        }
    }

    /** A byte string with its length before it (RFC 4251); at most what is there. */
    public static byte[] string(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new java.nio.BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** A key in the form of RFC 4253. @throws IllegalArgumentException as of the constructor */
    public static SshPublicKey of(byte[] blob) {
        String type;
        try {
            type = new String(string(ByteBuffer.wrap(blob)), US_ASCII);
        } catch (java.nio.BufferUnderflowException e) {
            throw new IllegalArgumentException("is no key of SSH", e);
        }
        return new SshPublicKey(type, Base64.getEncoder().encodeToString(blob));
    }

    public byte[] blob() {
        return Base64.getDecoder().decode(base64);
    }

    /** As {@code ssh-keygen -l} shows it. */
    public String fingerprint() {
        return fingerprint(blob());
    }

    /** As {@code ssh-keygen -l} shows it, of a key of any type. */
    public static String fingerprint(byte[] blob) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: missing (expected: in every Java runtime)", e);
        }
    }

    private static String shown(String type) {
        String plain = type.replaceAll("[^!-~]", "?");
        return plain.length() > 60 ? plain.substring(0, 60) + "…" : plain;
    }

    @Override
    public String toString() {
        return type + " " + fingerprint();
    }
}
