package io.wherry.hub.render.kubernetes;

import io.wherry.contract.json.Json;
import io.wherry.hub.source.SourceTree;
import java.util.List;
import java.util.Optional;

/**
 * A chart, to be rendered.
 *
 * @param path        the stack's folder in the tree; empty for the root
 * @param chart       where it is
 * @param valuesFiles relative to the path, later ones over earlier ones
 * @param values      over all files
 * @param releaseName name of the release
 * @param kubeVersion what {@code .Capabilities.KubeVersion} says; empty: what helm takes by itself
 * @param options     what goes along with the objects
 */
public record HelmRequest(
        SourceTree tree,
        String path,
        HelmChart chart,
        List<String> valuesFiles,
        Json.Obj values,
        String releaseName,
        Optional<String> kubeVersion,
        ClusterOptions options) {
    public HelmRequest {
        valuesFiles = List.copyOf(valuesFiles);
    }
}
