package io.wherry.hub.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys by which a source knows its server: lines of a file of known hosts, as {@code ssh-keyscan} prints them, or of {@code .pub} files. Every line is for
 * the one server of the source, so that none stands there for nothing.
 */
public final class HostKeys {
    /** 16 Ki: some twenty keys. A server has one of each type, and a second of each while they are being replaced. */
    static final int MAX_CHARS = 16 << 10;

    private static final String HASHED = "|1|";

    private HostKeys() {}

    /**
     * At least one key.
     *
     * @throws IllegalArgumentException with the line and what is wrong with it
     */
    public static List<SshPublicKey> parse(String text, SshUrl url) {
        Names.require(text.length() <= MAX_CHARS, "hostKeys", text.length() + " characters", "at most " + MAX_CHARS);
        List<SshPublicKey> keys = new ArrayList<>();
        List<String> lines = text.lines().map(String::strip).toList();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1);
            if (!line.isEmpty() && !line.startsWith("#")) {
                keys.add(key(line, number, url));
            }
        }
        Names.require(
                !keys.isEmpty(),
                "hostKeys",
                "no key",
                "lines of ssh-keyscan " + url.host() + ", compared with what the server's owner says");
        return List.copyOf(keys);
    }

    private static SshPublicKey key(String line, int number, SshUrl url) {
        String[] words = line.split("\\s+");
        boolean bare = SshPublicKey.TYPES.contains(words[0]);
        int at = bare ? 0 : 1;
        if (words[0].startsWith("@")) {
            throw refused(number, "has the marker " + words[0] + ", which is not taken (write the server's own key)");
        }
        if (words.length < at + 2) {
            throw refused(number, "is no key (expected: HOST TYPE BASE64, or TYPE BASE64)");
        }
        if (!bare && !isFor(words[0], url)) {
            throw refused(
                    number,
                    "is for " + (words[0].startsWith(HASHED) ? "another host" : words[0]) + " (expected: " + url.known()
                            + ", the host of url)");
        }
        try {
            return new SshPublicKey(words[at], words[at + 1]);
        } catch (IllegalArgumentException e) {
            throw refused(number, String.valueOf(e.getMessage()));
        }
    }

    private static IllegalArgumentException refused(int line, String why) {
        return new IllegalArgumentException("hostKeys: line " + line + " " + why);
    }

    private static boolean isFor(String hosts, SshUrl url) {
        if (hosts.startsWith(HASHED)) {
            return hashed(hosts.substring(HASHED.length()), url.known().toLowerCase(Locale.ROOT));
        }
        return List.of(hosts.split(",")).stream().anyMatch(url.known()::equalsIgnoreCase);
    }

    /** {@code SALT|HMAC-SHA1 of the host by it}, as OpenSSH hides what it knows; a name for a host here, and no proof of anything. */
    private static boolean hashed(String saltAndHash, String host) {
        String[] parts = saltAndHash.split("\\|");
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(parts[0]), "HmacSHA1"));
            return parts.length == 2
                    && parts[1].equals(Base64.getEncoder().encodeToString(mac.doFinal(host.getBytes(UTF_8))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false; // whatever it is, it is not the name of this host
        }
    }
}
