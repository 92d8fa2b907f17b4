package io.wherry.contract.registry;

import io.wherry.contract.Digest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which image a name means, read as engines read it: {@code web}, {@code example/web:1.2}, {@code registry.example.org:5000/web@sha256:…}.
 *
 * @param registry   {@code HOST} or {@code HOST:PORT}; {@code docker.io} where none is written
 * @param repository its path there
 * @param tag        {@code latest} where neither tag nor digest is written; not looked at where there is a digest
 */
public record ImageReference(String registry, String repository, String tag, Optional<Digest> digest) {
    private static final String HUB = "docker.io";

    /** Docker Hub answers under another name than its images bear. */
    private static final String HUB_HOST = "registry-1.docker.io";

    private static final Pattern REGISTRY = Pattern.compile("(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

    /** @throws IllegalArgumentException if no image can have that name */
    public static ImageReference parse(String name) {
        int at = name.indexOf('@');
        Optional<Digest> digest = at < 0 ? Optional.empty() : Optional.of(Digest.parse(name.substring(at + 1)));
        String named = at < 0 ? name : name.substring(0, at);
        int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
        String tag = colon < 0 ? "latest" : named.substring(colon + 1);
        String path = colon < 0 ? named : named.substring(0, colon);
        int slash = path.indexOf('/');
        boolean elsewhere = slash > 0 && isHost(path.substring(0, slash));
        String registry = elsewhere ? path.substring(0, slash) : HUB;
        String repository = elsewhere ? path.substring(slash + 1) : slash < 0 ? "library/" + path : path;
        if (!REGISTRY.matcher(registry).matches()
                || !REPOSITORY.matcher(repository).matches()
                || !TAG.matcher(tag).matches()) {
            throw new IllegalArgumentException(
                    "image " + name + ": is no image name (expected: like registry.example.org/team/web:1.2)");
        }
        return new ImageReference(registry, repository, tag, digest);
    }

    private static boolean isHost(String first) {
        return first.contains(".") || first.contains(":") || first.equals("localhost");
    }

    /** For messages: {@code image registry.example.org/team/web:1.2}. */
    public String named() {
        return "image " + registry + "/" + repository
                + digest.map(wanted -> "@" + wanted).orElse(":" + tag);
    }

    /** Where its registry answers. */
    public String host() {
        return registry.equals(HUB) ? HUB_HOST : registry;
    }

    /** The same repository and version at another registry. */
    public ImageReference at(String host) {
        return new ImageReference(host, repository, tag, digest);
    }

    /** The same version in another repository of the same registry. */
    public ImageReference in(String other) {
        return new ImageReference(registry, other, tag, digest);
    }

    /** What the registry is asked for: the digest, else the tag. */
    public String version() {
        return digest.map(Digest::toString).orElse(tag);
    }
}
