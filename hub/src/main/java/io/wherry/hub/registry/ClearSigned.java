package io.wherry.hub.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A text with its signature, as {@code gpg --clear-sign} writes it (RFC 9580, section 7). What stands around the signed text is refused: a reader might take it
 * for signed.
 *
 * @param text      what was signed, without blanks at the ends of lines
 * @param signature in ASCII armor
 */
record ClearSigned(String text, byte[] signature) {
    private static final String BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----";
    private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";
    private static final String END = "-----END PGP SIGNATURE-----";
    private static final String DASH = "- ";
    private static final Pattern BLANKS = Pattern.compile("[ \\t]++$");

    /** @throws IllegalArgumentException if it is not one; its message goes on after "it" */
    static ClearSigned parse(byte[] file) {
        List<String> lines = new String(file, UTF_8)
                .lines()
                .map(line -> BLANKS.matcher(line).replaceFirst(""))
                .toList();
        int begin = 0;
        while (begin < lines.size() && lines.get(begin).isEmpty()) {
            begin++;
        }
        if (begin == lines.size() || !lines.get(begin).equals(BEGIN)) {
            throw new IllegalArgumentException("is not signed: it does not begin with " + BEGIN);
        }
        int signature = indexOf(SIGNATURE, lines, begin);
        int end = indexOf(END, lines, signature);
        if (lines.subList(end + 1, lines.size()).stream().anyMatch(line -> !line.isEmpty())) {
            throw new IllegalArgumentException("goes on after its signature");
        }
        int text = begin + 1;
        while (text < signature && !lines.get(text).isEmpty()) {
            if (!lines.get(text).startsWith("Hash: ")) {
                throw new IllegalArgumentException("has a header that is not signed: line " + (text + 1));
            }
            text++;
        }
        if (text == signature) {
            throw new IllegalArgumentException("has no text before its signature");
        }
        return new ClearSigned(
                unescaped(lines.subList(text + 1, signature)),
                String.join("\n", lines.subList(signature, end + 1)).getBytes(ISO_8859_1));
    }

    private static int indexOf(String line, List<String> lines, int from) {
        for (int i = from; i < lines.size(); i++) {
            if (lines.get(i).equals(line)) {
                return i;
            }
        }
        throw new IllegalArgumentException("is cut off: it has no " + line);
    }

    private static String unescaped(List<String> lines) {
        List<String> text = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("-") && !line.startsWith(DASH) && !line.equals("-")) {
                throw new IllegalArgumentException("has a line that begins with a dash and is not escaped");
            }
            text.add(line.startsWith(DASH) ? line.substring(DASH.length()) : line);
        }
        return String.join("\n", text);
    }

    /** What the signature is over: lines end as on the network. */
    byte[] signedBytes() {
        return text.replace("\n", "\r\n").getBytes(UTF_8);
    }
}
