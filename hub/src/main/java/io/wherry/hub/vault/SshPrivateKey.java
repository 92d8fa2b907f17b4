package io.wherry.hub.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.util.security.SecurityUtils;

/** Reads private keys as {@code ssh-keygen} writes them: OpenSSH's own form, and the older PEM. No message repeats a word of one. */
public final class SshPrivateKey {
    /** Of keys that log in for years: 128 bits of strength (NIST SP 800-57). */
    static final int MIN_RSA_BITS = 3072;

    private static final String FORM =
            "a private key of type ED25519, ECDSA P-256 or P-384, or RSA of " + MIN_RSA_BITS + " bits or more";

    private static final String MAKE = "ssh-keygen -t ed25519 -N \"\" -f FILE makes one";
    private static final String OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(US_ASCII);

    private SshPrivateKey() {}

    /** @throws IllegalArgumentException if it is no key, needs a passphrase, or is of a type that is not used */
    public static KeyPair read(String text) {
        if (!text.contains("PRIVATE KEY-----")) {
            throw refused(
                    text.strip().matches("(?s)(ssh|ecdsa|sk)-.*")
                            ? "a public key (expected: the private one, of the file without .pub)"
                            : "not shown (expected: " + FORM + "; " + MAKE + ")");
        }
        if (needsPassphrase(text)) {
            throw refused("a key with a passphrase, which the hub has nowhere to ask for (expected: one without; in a"
                    + " copy, ssh-keygen -p -N \"\" -f COPY takes it away; the hub encrypts what it stores)");
        }
        List<KeyPair> keys = new ArrayList<>();
        try {
            Iterable<KeyPair> read = SecurityUtils.loadKeyPairIdentities(
                    null,
                    NamedResource.ofName("value"),
                    new ByteArrayInputStream(text.getBytes(UTF_8)),
                    FilePasswordProvider.EMPTY);
            if (read != null) {
                read.forEach(keys::add);
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // No cause goes along: the library's words may hold some of what it read.
            throw refused("a private key that cannot be read (expected: " + FORM + "; " + MAKE + ")");
        }
        if (keys.size() != 1) {
            throw refused(keys.size() + " keys (expected: " + FORM + ")");
        }
        requireStrong(keys.getFirst());
        return keys.getFirst();
    }

    private static void requireStrong(KeyPair key) {
        String type = String.valueOf(KeyUtils.getKeyType(key.getPublic()));
        switch (type) {
            case "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384" -> {}
            case "ssh-rsa" -> {
                int bits = KeyUtils.getKeySize(key.getPublic());
                if (bits < MIN_RSA_BITS) {
                    throw refused("an RSA key of " + bits + " bits (expected: " + FORM + "; " + MAKE + ")");
                }
            }
            default -> throw refused("a key of type " + type + " (expected: " + FORM + "; " + MAKE + ")");
        }
    }

    /** OpenSSH's own form names its cipher after the magic word; PEM says it in a header or in its first line. */
    private static boolean needsPassphrase(String text) {
        if (text.contains("ENCRYPTED")) {
            return true;
        }
        int start = text.indexOf(OPENSSH);
        int end = text.indexOf("-----END", Math.max(start, 0));
        if (start < 0 || end < 0) {
            return false;
        }
        try {
            ByteBuffer in =
                    ByteBuffer.wrap(Base64.getMimeDecoder().decode(text.substring(start + OPENSSH.length(), end)));
            byte[] magic = new byte[MAGIC.length];
            in.get(magic);
            byte[] cipher = new byte[Math.min(in.getInt(), 64)];
            in.get(cipher);
            return Arrays.equals(magic, MAGIC) && !new String(cipher, US_ASCII).equals("none");
        } catch (IllegalArgumentException | BufferUnderflowException | NegativeArraySizeException e) {
            return false; // damaged: told when it is read
        }
    }

    private static IllegalArgumentException refused(String what) {
        return new IllegalArgumentException("value: " + what);
    }
}
