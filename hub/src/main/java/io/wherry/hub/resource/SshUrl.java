package io.wherry.hub.resource;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository that is reached over SSH: {@code ssh://USER@HOST[:PORT]/PATH}.
 *
 * @param user on the server, {@code git} at most hosts
 * @param host name or address, IPv6 without brackets
 * @param port 22 unless written
 * @param text as it is written
 */
public record SshUrl(String user, String host, int port, String text) {
    public static final int PORT = 22;

    private static final String FORM = "ssh://USER@HOST[:PORT]/PATH";

    /** No leading dash anywhere: what follows might be read as an option by programs of others. */
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]+");

    /** As {@code git clone} takes it too. */
    private static final Pattern SHORT =
            Pattern.compile("([A-Za-z0-9_][A-Za-z0-9_.-]{0,63})@([A-Za-z0-9][A-Za-z0-9.-]*):/?([^:/-][^:]*)");

    public static boolean is(String url) {
        return url.regionMatches(true, 0, "ssh://", 0, "ssh://".length());
    }

    /** The same repository in the one form that is taken, if this is the short one, {@code USER@HOST:PATH}. */
    static Optional<String> ofShort(String url) {
        Matcher found = SHORT.matcher(url);
        return found.matches()
                ? Optional.of("ssh://" + found.group(1) + "@" + found.group(2) + "/" + found.group(3))
                : Optional.empty();
    }

    /** @throws IllegalArgumentException with what is wrong and what would mend it */
    public static SshUrl parse(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a valid address: " + e.getReason(), e);
        }
        String user = uri.getRawUserInfo();
        if (user != null && user.contains(":")) {
            throw new IllegalArgumentException("holds a password (write " + FORM + "; the key is a credential)");
        }
        if (user == null || !USER.matcher(user).matches()) {
            throw new IllegalArgumentException("names no plain user (write " + FORM + ", mostly ssh://git@HOST/PATH)");
        }
        String host = uri.getHost() == null ? "" : uri.getHost().replaceAll("[\\[\\]]", "");
        int port = uri.getPort() < 0 ? PORT : uri.getPort();
        if (!HOST.matcher(host).matches() || port < 1 || port > 65535) {
            throw new IllegalArgumentException("has no valid host or port (expected: " + FORM + ")");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("has a ? or # part (expected: " + FORM + ")");
        }
        if (uri.getRawPath() == null || uri.getRawPath().length() < 2) {
            throw new IllegalArgumentException("has no path (expected: " + FORM + ")");
        }
        if (uri.getPath().chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("has a control character in its path (expected: " + FORM + ")");
        }
        return new SshUrl(user, host, port, url);
    }

    /** {@code HOST}, or {@code HOST:PORT} where the port is not 22: as credentials name it. */
    public String authority() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return port == PORT ? name : name + ":" + port;
    }

    /** As a file of known hosts names it. */
    String known() {
        return port == PORT ? host : "[" + host + "]:" + port;
    }
}
