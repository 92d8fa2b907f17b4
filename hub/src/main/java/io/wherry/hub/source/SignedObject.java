package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * A commit or an annotated tag as it lies in the object database, taken apart byte by byte: what was signed, and the signature.
 *
 * @param payload   what was signed: all but the signature
 * @param signature in armor; empty if there is none
 * @param time      of the committer or tagger, by their clock; empty if it is none
 */
record SignedObject(byte[] payload, Optional<byte[]> signature, Optional<Instant> time) {
    /** 1 MiB: messages are some hundred bytes, signatures some thousand. */
    static final int MAX_BYTES = 1 << 20;

    private static final byte[] HEADER = "gpgsig ".getBytes(US_ASCII);
    private static final byte[] OTHER_HEADER = "gpgsig-sha256 ".getBytes(US_ASCII);
    private static final String PGP = "-----BEGIN PGP SIGNATURE-----";
    private static final String SSH = "-----BEGIN SSH SIGNATURE-----";

    /** Its signature stands in a header, with a blank before each further line. @throws IllegalArgumentException if there are several */
    static SignedObject commit(byte[] raw) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream(raw.length);
        ByteArrayOutputStream signature = new ByteArrayOutputStream();
        boolean found = false;
        boolean inside = false;
        int at = 0;
        while (at < raw.length && raw[at] != '\n') {
            int end = lineEnd(raw, at);
            if (inside && raw[at] == ' ') {
                signature.write(raw, at + 1, end - at - 1);
            } else if (starts(raw, at, HEADER) || starts(raw, at, OTHER_HEADER)) {
                if (found) {
                    throw new IllegalArgumentException("carries several signatures");
                }
                if (starts(raw, at, OTHER_HEADER)) {
                    throw new IllegalArgumentException("carries a signature of the format SHA-256, which is not read");
                }
                found = true;
                inside = true;
                signature.write(raw, at + HEADER.length, end - at - HEADER.length);
            } else {
                inside = false;
                payload.write(raw, at, end - at);
            }
            at = end;
        }
        payload.write(raw, at, raw.length - at);
        return new SignedObject(
                payload.toByteArray(),
                found ? Optional.of(signature.toByteArray()) : Optional.empty(),
                time(raw, "committer "));
    }

    /** Its signature is the end of its message, from the last line that begins one: as Git reads it. */
    static SignedObject tag(byte[] raw) {
        int message = 0;
        for (; message < raw.length && raw[message] != '\n'; message = lineEnd(raw, message)) {
            if (starts(raw, message, HEADER) || starts(raw, message, OTHER_HEADER)) {
                throw new IllegalArgumentException("carries a signature in a header, where a tag has none");
            }
        }
        int begin = lastSignature(raw, message);
        return new SignedObject(
                Arrays.copyOf(raw, begin),
                begin == raw.length ? Optional.empty() : Optional.of(Arrays.copyOfRange(raw, begin, raw.length)),
                time(raw, "tagger "));
    }

    private static int lastSignature(byte[] raw, int message) {
        int begin = raw.length;
        for (int at = message; at < raw.length; at = lineEnd(raw, at)) {
            if (starts(raw, at, PGP.getBytes(US_ASCII)) || starts(raw, at, SSH.getBytes(US_ASCII))) {
                begin = at;
            }
        }
        return begin;
    }

    /** After its line feed. */
    private static int lineEnd(byte[] raw, int at) {
        int end = at;
        while (end < raw.length && raw[end] != '\n') {
            end++;
        }
        return Math.min(end + 1, raw.length);
    }

    private static boolean starts(byte[] raw, int at, byte[] with) {
        return raw.length - at >= with.length && Arrays.equals(raw, at, at + with.length, with, 0, with.length);
    }

    /** {@code committer NAME <MAIL> SECONDS ZONE} among the headers. */
    private static Optional<Instant> time(byte[] raw, String header) {
        for (int at = 0; at < raw.length && raw[at] != '\n'; at = lineEnd(raw, at)) {
            if (starts(raw, at, header.getBytes(US_ASCII))) {
                String line = new String(raw, at, lineEnd(raw, at) - at, ISO_8859_1);
                String[] words =
                        line.substring(line.lastIndexOf('>') + 1).strip().split(" ");
                try {
                    return Optional.of(Instant.ofEpochSecond(Long.parseLong(words[0])));
                } catch (NumberFormatException | DateTimeException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    boolean isSsh() {
        return signature.isPresent() && starts(signature.get(), 0, SSH.getBytes(US_ASCII));
    }
}
