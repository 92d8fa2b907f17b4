package io.wherry.hub.sync;

import io.wherry.contract.json.Json;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.kubernetes.ChartValues;
import io.wherry.hub.render.kubernetes.ChartValues.Filled;
import io.wherry.hub.render.kubernetes.ClusterOptions;
import io.wherry.hub.render.kubernetes.HelmChart;
import io.wherry.hub.render.kubernetes.HelmRenderer;
import io.wherry.hub.render.kubernetes.HelmRequest;
import io.wherry.hub.render.kubernetes.KubernetesRenderer;
import io.wherry.hub.render.kubernetes.KubernetesRequest;
import io.wherry.hub.render.kubernetes.KustomizeRenderer;
import io.wherry.hub.render.kubernetes.KustomizeRequest;
import io.wherry.hub.render.kubernetes.ObjectValues;
import io.wherry.hub.render.kubernetes.SealedObjects;
import io.wherry.hub.resource.KubernetesSpec;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.source.SourceTree;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Renders a stack for clusters, by what its files are. */
final class ClusterRendering {
    private ClusterRendering() {}

    /**
     * @param early values of the variables that are put in here
     * @param chart of a stack whose chart lies elsewhere: fetched
     */
    static Rendering of(
            KubernetesSpec spec,
            Stack stack,
            SourceTree tree,
            String path,
            SortedMap<String, String> early,
            Optional<HelmChart.Fetched> chart) {
        ClusterOptions plain = new ClusterOptions(
                spec.namespace(),
                spec.serviceAccount(),
                spec.rules().ignoreDifferences(),
                spec.rules().healthRules(),
                spec.rules().takeBack());
        ClusterOptions options =
                spec.variables() ? plain.with(new ObjectValues(early, SiteValues.latePatterns(stack))) : plain;
        return sealed(spec, stack).addTo(files(spec, stack.name(), tree, path, options, chart));
    }

    private static Rendering files(
            KubernetesSpec spec,
            String stack,
            SourceTree tree,
            String path,
            ClusterOptions options,
            Optional<HelmChart.Fetched> chart) {
        return switch (spec.files()) {
            case KubernetesSpec.Files.Objects objects ->
                KubernetesRenderer.render(
                        new KubernetesRequest(tree, path, objects.include(), objects.exclude(), options));
            case KubernetesSpec.Files.Kustomize _ ->
                KustomizeRenderer.render(new KustomizeRequest(tree, path, options));
            case KubernetesSpec.Files.Helm helm ->
                chart(
                        helm,
                        chart.<HelmChart>map(fetched -> fetched).orElseGet(() -> new HelmChart.InTree(helm.chart())),
                        stack,
                        tree,
                        path,
                        options);
        };
    }

    private static Rendering chart(
            KubernetesSpec.Files.Helm helm,
            HelmChart chart,
            String stack,
            SourceTree tree,
            String path,
            ClusterOptions options) {
        Filled values = options.values()
                .map(named -> ChartValues.fill(helm.values(), named))
                .orElseGet(() -> new Filled(helm.values(), List.of()));
        if (!values.problems().isEmpty()) {
            return new Rendering.Invalid(values.problems(), tree.readSet());
        }
        return HelmRenderer.render(new HelmRequest(
                tree,
                path,
                chart,
                helm.valuesFiles(),
                values.values(),
                helm.releaseName().orElse(stack),
                helm.kubeVersion(),
                options));
    }

    private static SealedObjects sealed(KubernetesSpec spec, Stack stack) {
        List<Json.Obj> secrets = spec.secrets().stream()
                .map(secret -> secret.toModel(spec.namespace()))
                .toList();
        return new SealedObjects(
                secrets, stack.images().credentials(), "wherry-" + stack.name() + "-pull", spec.namespace());
    }
}
