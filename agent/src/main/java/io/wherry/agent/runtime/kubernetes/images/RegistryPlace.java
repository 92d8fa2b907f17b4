package io.wherry.agent.runtime.kubernetes.images;

import io.wherry.contract.registry.ImageReference;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The site's own registry, from which its nodes pull.
 *
 * @param host  {@code HOST} or {@code HOST:PORT}
 * @param path  below which images lie there; empty: at the top
 * @param plain whether it speaks no TLS
 * @param caFile PEM; these authorities alone are believed then
 * @param loginFile in the form of Docker's {@code config.json}
 */
public record RegistryPlace(String host, String path, boolean plain, Optional<Path> caFile, Optional<Path> loginFile) {
    private static final Pattern FORM = Pattern.compile(
            "(?:(?<scheme>https?)://)?(?<host>(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?)"
                    + "(?:/(?<path>[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*))?");

    private static final int MAX_CHARS = 300;

    /**
     * Reads {@code [http://|https://]HOST[:PORT][/PATH]}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static RegistryPlace parse(String text) {
        Matcher form = FORM.matcher(text);
        if (text.length() > MAX_CHARS || !form.matches()) {
            // What stands before an @ is a login that somebody wrote there, and this goes into a log.
            throw new IllegalArgumentException(
                    "\"" + text.replaceFirst(".*@", "…@")
                            + "\" (expected: HOST, HOST:PORT or HOST:PORT/PATH of the site's registry; http:// before it only if it speaks no TLS)");
        }
        return new RegistryPlace(
                form.group("host"),
                Optional.ofNullable(form.group("path")).orElse(""),
                "http".equals(form.group("scheme")),
                Optional.empty(),
                Optional.empty());
    }

    /** The same with whom to believe, and what to show. */
    public RegistryPlace with(Optional<Path> authorities, Optional<Path> login) {
        return new RegistryPlace(host, path, plain, authorities, login);
    }

    /** Where an image lies there: path and version stay. */
    ImageReference of(ImageReference image) {
        return image.at(host).in(path.isEmpty() ? image.repository() : path + "/" + image.repository());
    }

    /** As in the nodes' settings. */
    @Override
    public String toString() {
        return host + (path.isEmpty() ? "" : "/" + path);
    }
}
