package io.wherry.agent.state;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Blocks of DER in a text file (RFC 7468). */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    static byte[] encode(String label, byte[] der) {
        return ("-----BEGIN " + label + "-----\n" + LINES.encodeToString(der) + "\n-----END " + label + "-----\n")
                .getBytes(US_ASCII);
    }

    /** The blocks with this label, in order. @throws IllegalArgumentException if one is not base64 */
    static List<byte[]> decode(String label, byte[] text) {
        List<byte[]> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(new String(text, US_ASCII));
        while (block.find()) {
            if (block.group(1).equals(label)) {
                blocks.add(Base64.getMimeDecoder().decode(block.group(2)));
            }
        }
        return blocks;
    }
}
