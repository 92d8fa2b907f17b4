package io.wherry.hub;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a port is opened.
 *
 * @param host a name or an address; {@code 0.0.0.0} for all of IPv4, {@code [::]} for all
 * @param port 1 to 65535; 0 for any free one
 */
public record ListenAddress(String host, int port) {
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]*])?:([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

    /** Reads {@code HOST:PORT}, or {@code :PORT} for all addresses. @throws IllegalArgumentException for any other form */
    public static ListenAddress parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(2)) > MAX_PORT) {
            throw new IllegalArgumentException(text + " (expected: HOST:PORT, like 0.0.0.0:8443)");
        }
        String host = form.group(1) == null ? "0.0.0.0" : form.group(1);
        return new ListenAddress(host, Integer.parseInt(form.group(2)));
    }

    /** To be bound. An unknown host name shows when the port is opened. */
    public InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
