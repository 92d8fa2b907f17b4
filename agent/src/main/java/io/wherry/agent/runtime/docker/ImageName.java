package io.wherry.agent.runtime.docker;

/**
 * An image reference in its parts.
 *
 * @param repository with its registry, as it was written
 * @param tag        {@code latest} where nothing is written
 * @param digest     {@code sha256:HEX}; empty: not pinned
 */
public record ImageName(String repository, String tag, String digest) {
    private static final String HUB = "docker.io";

    public static ImageName parse(String reference) {
        int at = reference.indexOf('@');
        String named = at < 0 ? reference : reference.substring(0, at);
        String digest = at < 0 ? "" : reference.substring(at + 1);
        int colon = named.indexOf(':', named.lastIndexOf('/') + 1); // one before a slash is a port's
        return colon < 0
                ? new ImageName(named, "latest", digest)
                : new ImageName(named.substring(0, colon), named.substring(colon + 1), digest);
    }

    /** Where it is pulled from, as its name says: {@code HOST} or {@code HOST:PORT}; {@code docker.io} where it says nothing. */
    public String registry() {
        return isElsewhere() ? first() : HUB;
    }

    /** Its path there; an official image of Docker Hub is below {@code library}. */
    String path() {
        String path = isElsewhere() ? repository.substring(first().length() + 1) : repository;
        return registry().equals(HUB) && path.indexOf('/') < 0 ? "library/" + path : path;
    }

    private boolean isElsewhere() {
        String first = first();
        return !first.isEmpty() && (first.contains(".") || first.contains(":") || first.equals("localhost"));
    }

    private String first() {
        return repository.substring(0, Math.max(repository.indexOf('/'), 0));
    }

    /** Whether it can mean one content only. */
    public boolean isPinned() {
        return digest.startsWith("sha256:");
    }

    /** Whether both are of one repository in one registry. */
    boolean isOfPlace(ImageName other) {
        return registry().equals(other.registry()) && path().equals(other.path());
    }

    /** Whether both mean one name in one registry, however short it is written. */
    boolean isSameAs(ImageName other) {
        return isOfPlace(other)
                && ((isPinned() || other.isPinned()) ? digest.equals(other.digest) : tag.equals(other.tag));
    }

    @Override
    public String toString() {
        return isPinned() ? repository + "@" + digest : repository + ":" + tag;
    }
}
