package io.wherry.hub.sync;

import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.kubernetes.ClusterOptions;
import io.wherry.hub.render.kubernetes.HelmChart;
import io.wherry.hub.render.kubernetes.HelmRenderer;
import io.wherry.hub.render.kubernetes.HelmRequest;
import io.wherry.hub.render.kubernetes.KubernetesRenderer;
import io.wherry.hub.render.kubernetes.KubernetesRequest;
import io.wherry.hub.render.kubernetes.KustomizeRenderer;
import io.wherry.hub.render.kubernetes.KustomizeRequest;
import io.wherry.hub.resource.KubernetesSpec;
import io.wherry.hub.source.SourceTree;
import java.util.Optional;

/** Renders a stack for clusters, by what its files are. */
final class ClusterRendering {
    private ClusterRendering() {}

    /** @param chart of a stack whose chart lies elsewhere: fetched */
    static Rendering of(
            KubernetesSpec spec, String stack, SourceTree tree, String path, Optional<HelmChart.Fetched> chart) {
        ClusterOptions options = new ClusterOptions(
                spec.namespace(),
                spec.serviceAccount(),
                spec.rules().ignoreDifferences(),
                spec.rules().healthRules(),
                spec.rules().takeBack());
        return switch (spec.files()) {
            case KubernetesSpec.Files.Objects objects ->
                KubernetesRenderer.render(
                        new KubernetesRequest(tree, path, objects.include(), objects.exclude(), options));
            case KubernetesSpec.Files.Kustomize _ ->
                KustomizeRenderer.render(new KustomizeRequest(tree, path, options));
            case KubernetesSpec.Files.Helm helm ->
                HelmRenderer.render(new HelmRequest(
                        tree,
                        path,
                        chart.<HelmChart>map(fetched -> fetched).orElseGet(() -> new HelmChart.InTree(helm.chart())),
                        helm.valuesFiles(),
                        helm.values(),
                        helm.releaseName().orElse(stack),
                        helm.kubeVersion(),
                        options));
        };
    }
}
