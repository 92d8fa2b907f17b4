package io.wherry.hub.resource;

import io.wherry.contract.registry.ImageReference;

/**
 * A registry, or a part of one, that images may come from.
 *
 * @param registry {@code HOST} or {@code HOST:PORT}, {@code docker.io} for the one that engines mean where none is written
 * @param path     of its repositories, by whole segments; empty: all of them
 */
public record ImagePrefix(String registry, String path) {
    private static final String FORM =
            "a registry like registry.example.com, or a path of one like registry.example.com/team";

    /** @throws IllegalArgumentException if it is none; begins with {@code registries} */
    public static ImagePrefix parse(String text) {
        int slash = text.indexOf('/');
        String registry = slash < 0 ? text : text.substring(0, slash);
        String path = slash < 0 ? "" : text.substring(slash + 1);
        boolean host = registry.contains(".") || registry.contains(":") || registry.equals("localhost");
        boolean whole = (slash < 0 || !path.isEmpty()) && path.indexOf(':') < 0 && path.indexOf('@') < 0;
        Names.require(host && whole && isPartOfAName(registry, path), "registries", text, FORM);
        return new ImagePrefix(registry, path);
    }

    private static boolean isPartOfAName(String registry, String path) {
        try {
            ImageReference image = ImageReference.parse(registry + "/" + (path.isEmpty() ? "any" : path));
            return image.registry().equals(registry);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    public boolean covers(ImageReference image) {
        return image.registry().equals(registry)
                && (path.isEmpty()
                        || image.repository().equals(path)
                        || image.repository().startsWith(path + "/"));
    }

    @Override
    public String toString() {
        return path.isEmpty() ? registry : registry + "/" + path;
    }
}
