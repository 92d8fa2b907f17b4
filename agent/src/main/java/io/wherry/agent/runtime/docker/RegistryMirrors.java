package io.wherry.agent.runtime.docker;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * From where this site pulls the images of some registries instead.
 *
 * @param byRegistry {@code docker.io} to {@code mirror.example.org:5000} or {@code mirror.example.org/hub}
 */
public record RegistryMirrors(SortedMap<String, String> byRegistry) {
    public static final RegistryMirrors NONE = new RegistryMirrors(Collections.emptySortedMap());

    private static final Pattern REGISTRY = Pattern.compile("[a-z0-9][a-z0-9.-]{0,252}(?::[0-9]{1,5})?");
    private static final Pattern MIRROR =
            Pattern.compile("(?:[a-z0-9][a-z0-9.-]*[.:][a-z0-9.:-]*|localhost)(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*");
    private static final int MAX_CHARS = 300;

    public RegistryMirrors {
        byRegistry = Collections.unmodifiableSortedMap(new TreeMap<>(byRegistry));
        byRegistry.forEach((registry, mirror) -> {
            if (!REGISTRY.matcher(registry).matches()) {
                throw new IllegalArgumentException(
                        "\"" + registry
                                + "\" (expected: a registry as it stands in names of images, like docker.io or registry.example.org:5000)");
            }
            if (mirror.length() > MAX_CHARS || !MIRROR.matcher(mirror).matches()) {
                // What stands before an @ is a login that somebody wrote there, and this goes into a log.
                throw new IllegalArgumentException("\"" + mirror.replaceFirst(".*@", "…@")
                        + "\" (expected: HOST, HOST:PORT or HOST:PORT/PATH of the mirror of " + registry
                        + ", without https://)");
            }
        });
    }

    /** @param text {@code docker.io=mirror.example.org:5000}. @throws IllegalArgumentException naming what is wrong */
    public static RegistryMirrors parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: REGISTRY=MIRROR)");
        }
        return new RegistryMirrors(new TreeMap<>(Collections.singletonMap(
                text.substring(0, equals).strip(), text.substring(equals + 1).strip())));
    }

    /** What to pull in the place of an image; empty: the image itself. */
    Optional<ImageName> of(ImageName image) {
        return Optional.ofNullable(byRegistry.get(image.registry()))
                .map(mirror -> new ImageName(mirror + "/" + image.path(), image.tag(), image.digest()));
    }
}
