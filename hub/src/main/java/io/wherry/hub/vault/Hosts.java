package io.wherry.hub.vault;

import java.util.Locale;
import java.util.regex.Pattern;

/** Hosts as credentials name them: {@code git.example.org} or {@code git.example.org:8443}; port 443 is left out. */
final class Hosts {
    private static final Pattern FORM =
            Pattern.compile("([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

    private Hosts() {}

    /** @throws IllegalArgumentException if it is no host */
    static String normal(String host) {
        return normal(host, ":443");
    }

    /** The same of a server of SSH: port 22 is left out. */
    static String ofSsh(String host) {
        return normal(host, ":22");
    }

    private static String normal(String host, String usual) {
        String lower = host.toLowerCase(Locale.ROOT);
        String normal = lower.endsWith(usual) ? lower.substring(0, lower.length() - usual.length()) : lower;
        if (!FORM.matcher(normal).matches()) {
            throw new IllegalArgumentException("host: " + host + " (expected: HOST or HOST:PORT, without https://)");
        }
        return normal;
    }
}
