package io.wherry.contract.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.contract.Digest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a device and its hub hand each other when no network joins them: a message as text, which survives mail, consoles and editors
 * (docs/reference/bundle-format.md#join-files).
 */
public final class JoinFile {
    /** A chain of 64 trust roots is the largest part. */
    public static final int MAX_CHARS = 2 << 20;

    private static final int LINE_CHARS = 64;

    /** Which way it goes. */
    public enum Kind {
        /** From the device to its hub. Holds the secret of the join token. */
        REQUEST("WHERRY JOIN REQUEST"),
        /** From the hub to the device. Holds no secret. */
        IDENTITY("WHERRY IDENTITY");

        private final String label;
        private final Pattern form;

        Kind(String label) {
            this.label = label;
            this.form = Pattern.compile("-----BEGIN " + label
                    + "-----\\R(sha256:[0-9a-f]{64})\\R([A-Za-z0-9+/=\\r\\n]+)-----END " + label + "-----");
        }
    }

    private JoinFile() {}

    public static String write(Kind kind, byte[] message) {
        return "-----BEGIN " + kind.label + "-----\n" + Digest.of(message) + "\n"
                + Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(message) + "\n-----END "
                + kind.label + "-----\n";
    }

    /**
     * Reads the message; text before and after it is passed over.
     *
     * @throws BundleFileException if it is damaged, or no such file; never shows what is in it
     */
    public static byte[] read(Kind kind, String text) {
        if (text.length() > MAX_CHARS) {
            throw new BundleFileException(text.length() + " characters (expected: at most " + MAX_CHARS + ")");
        }
        Matcher found = kind.form.matcher(text);
        if (!found.find()) {
            throw new BundleFileException("is no file with -----BEGIN " + kind.label + "----- to its END line");
        }
        byte[] message;
        try {
            message = Base64.getMimeDecoder().decode(found.group(2).getBytes(US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new BundleFileException("is damaged: no base64 (expected: copy the file again)", e);
        }
        if (!Digest.of(message).toString().equals(found.group(1))) {
            throw new BundleFileException(
                    "is damaged: its content is not that of its digest (expected: copy the file again)");
        }
        return message;
    }
}
