package io.wherry.hub.resource;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which addresses a source may have: HTTPS, SSH, or the absolute path of a local repository. The rest is refused with the reason. */
public final class SourceUrl {
    private static final int MAX_LENGTH = 2048;

    private static final Map<String, String> REFUSED = Map.of(
            "http", "http: is not encrypted (use https:)",
            "git", "git: is neither encrypted nor authenticated (use https:)",
            "ssh", "ssh: is written ssh://USER@HOST[:PORT]/PATH here, mostly ssh://git@HOST/PATH",
            "file",
                    "file: is refused (write the absolute path of the repository, below a directory in sources.localDirectories of the hub)",
            "ext", "ext: runs commands and is refused (use https:)",
            "oci", "oci: is a registry and no Git server (write type: oci)");

    private SourceUrl() {}

    /** Whether the address is a path on the hub's own disk. */
    public static boolean isLocal(String url) {
        return url.startsWith("/");
    }

    /** What is wrong with the address and what would mend it, or empty. */
    public static Optional<String> check(String url) {
        if (url.isEmpty()
                || url.length() > MAX_LENGTH
                || url.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '\\')) {
            return Optional.of("blank, control character, backslash or more than " + MAX_LENGTH + " characters");
        }
        return isLocal(url) ? checkPath(url) : checkRemote(url);
    }

    private static Optional<String> checkPath(String url) {
        String normal = Path.of(url).normalize().toString();
        return normal.equals(url)
                ? Optional.empty()
                : Optional.of("\"" + url + "\" is not a plain path (write " + normal + ")");
    }

    private static Optional<String> checkRemote(String url) {
        if (SshUrl.is(url)) {
            return checkSsh(url);
        }
        Optional<String> whole = SshUrl.ofShort(url);
        if (whole.isPresent()) {
            return Optional.of("is the short form of SSH (write " + whole.get() + ")");
        }
        int colon = url.indexOf(':');
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!url.contains("://") && url.contains("@")) {
            scheme = "ssh"; // git@host:path
        }
        if (!scheme.equals("https")) {
            return Optional.of(
                    REFUSED.getOrDefault(
                            scheme,
                            "\"" + mask(url)
                                    + "\" is not an address (expected: https://HOST/PATH, ssh://USER@HOST/PATH or an absolute path)"));
        }
        try {
            return checkHttps(new URI(url));
        } catch (URISyntaxException e) {
            return Optional.of("not a valid address: " + e.getReason());
        }
    }

    private static Optional<String> checkSsh(String url) {
        try {
            SshUrl.parse(url);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> checkHttps(URI url) {
        if (url.getRawUserInfo() != null
                || (url.getRawAuthority() != null && url.getRawAuthority().contains("@"))) {
            return Optional.of(
                    "holds a user or password (make a credential with \"wherry credential create\" and name it in credentialRef)");
        }
        if (url.getHost() == null) {
            return Optional.of("has no valid host (expected: https://HOST/PATH)");
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            return Optional.of("has a ? or # part (expected: https://HOST/PATH)");
        }
        if (url.getRawPath() == null || url.getRawPath().length() < 2) {
            return Optional.of("has no path (expected: https://HOST/PATH)");
        }
        return Optional.empty();
    }

    /** An address that could not be read may still hold a password: what stands before an @ is not repeated. */
    private static String mask(String url) {
        int at = url.lastIndexOf('@');
        return at < 0 ? url : "…" + url.substring(at);
    }
}
