package io.wherry.hub.render.kubernetes;

import io.wherry.hub.source.SourceTree;

/**
 * A folder with a kustomization, to be built.
 *
 * @param path    the stack's folder in the tree; empty for the root
 * @param options what goes along with the objects
 */
public record KustomizeRequest(SourceTree tree, String path, ClusterOptions options) {}
