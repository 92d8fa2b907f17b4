package io.wherry.hub.render.kubernetes;

import io.wherry.hub.source.SourceTree;
import java.util.List;

/**
 * Files with objects, to be rendered.
 *
 * @param tree    the repository at one commit, or a folder on disk; it records what is read of it
 * @param path    the stack's folder in the tree; empty for the root
 * @param include patterns of files below the path; empty: all {@code *.yaml, *.yml, *.json}
 * @param exclude patterns of files and folders below the path that are passed over
 * @param options what goes along with the objects
 */
public record KubernetesRequest(
        SourceTree tree, String path, List<String> include, List<String> exclude, ClusterOptions options) {
    public KubernetesRequest {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }
}
