package io.wherry.hub.render.kubernetes;

/** Where a chart is. */
public sealed interface HelmChart {

    /**
     * In the tree that is rendered.
     *
     * @param path its folder, or its packed file ({@code .tgz}), relative to the stack's path; empty: the path itself
     */
    record InTree(String path) implements HelmChart {}

    /**
     * Fetched before.
     *
     * @param name    for messages: name and version, and where it is from
     * @param archive as {@code helm package} makes it; not copied: do not change it
     */
    record Fetched(String name, byte[] archive) implements HelmChart {}
}
