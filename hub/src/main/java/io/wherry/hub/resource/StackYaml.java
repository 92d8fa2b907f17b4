package io.wherry.hub.resource;

import io.wherry.hub.resource.ApplySpec.Health;
import io.wherry.hub.resource.ApplySpec.OnUnhealthy;
import io.wherry.hub.resource.Target.Agents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the {@code spec} of a stack. */
final class StackYaml {
    private enum Format {
        COMPOSE,
        KUBERNETES,
        KUSTOMIZE,
        HELM
    }

    private static final Map<String, Format> FORMATS = new TreeMap<>(Map.of(
            "compose", Format.COMPOSE,
            "kubernetes", Format.KUBERNETES,
            "kustomize", Format.KUSTOMIZE,
            "helm", Format.HELM));

    private static final Map<String, SyncSpec.Mode> MODES =
            Map.of("auto", SyncSpec.Mode.AUTO, "manual", SyncSpec.Mode.MANUAL);
    private static final Map<String, ComposeSpec.Mode> COMPOSE_MODES =
            Map.of("containers", ComposeSpec.Mode.CONTAINERS, "swarm", ComposeSpec.Mode.SWARM);
    private static final Map<String, OnUnhealthy> VERDICTS =
            Map.of("rollback", OnUnhealthy.ROLLBACK, "hold", OnUnhealthy.HOLD);

    private StackYaml() {}

    static Optional<Stack> read(Metadata metadata, Strict spec) {
        Format word = spec.choice("format", FORMATS, List.of()).orElse(Format.COMPOSE);
        spec.refused("valuesFiles", "stands below helm", "write spec.helm.valuesFiles");
        spec.refused("registryMirror", "is a setting of the site", "write it into the agent.yaml of its agents");
        spec.refused("adopt", "stands below the format", "write spec.compose.adopt or spec.kubernetes.adopt");
        Optional<StackSource> source = source(spec);
        Optional<? extends StackFormat> format =
                switch (word) {
                    case COMPOSE -> compose(spec);
                    case KUBERNETES -> ClusterYaml.read(spec, ClusterYaml::objects);
                    case KUSTOMIZE -> ClusterYaml.read(spec, ClusterYaml::kustomize);
                    case HELM -> ClusterYaml.read(spec, ClusterYaml::helm);
                };
        List<Target> targets = targets(spec);
        Optional<Stack.Values> values = values(spec);
        Optional<ApplySpec> apply = apply(spec);
        Optional<ImagesSpec> images = images(spec.sub("images"));
        if (source.isEmpty() || format.isEmpty() || values.isEmpty() || apply.isEmpty() || images.isEmpty()) {
            return Optional.empty();
        }
        return spec.build(() ->
                new Stack(metadata, source.get(), format.get(), targets, values.get(), apply.get(), images.get()));
    }

    private static Optional<StackSource> source(Strict spec) {
        String sourceRef = spec.get().requireText("sourceRef");
        Optional<Ref> ref = RefYaml.read(spec);
        var interval = spec.get().duration("interval");
        String path = spec.get().text("path", "");
        return sourceRef.isEmpty()
                ? Optional.empty()
                : spec.build(() -> new StackSource(sourceRef, ref, interval, path));
    }

    private static Optional<ComposeSpec> compose(Strict spec) {
        for (String key : ClusterYaml.KEYS) {
            spec.refused(
                    key,
                    "belongs to stacks for clusters",
                    key.equals("secretRefs")
                            ? "write secrets: {NAME: {external: true}} in the Compose file"
                            : "write format: kubernetes, kustomize or helm, or remove it");
        }
        Strict compose = spec.sub("compose");
        var mode = compose.choice("mode", COMPOSE_MODES, List.of()).orElse(ComposeSpec.Mode.CONTAINERS);
        var files = compose.get().texts("files");
        var profiles = compose.get().texts("profiles");
        var envFiles = compose.get().texts("envFiles");
        var project = compose.get().text("projectName");
        boolean adopt = compose.get().bool("adopt", false);
        return compose.build(() -> new ComposeSpec(files, profiles, envFiles, project, adopt, mode));
    }

    private static List<Target> targets(Strict spec) {
        List<Target> targets = new ArrayList<>();
        for (Strict fields : spec.list("targets")) {
            var name = fields.get().text("name");
            var group = fields.get().text("group");
            boolean selected = fields.has("agentSelector");
            Optional<Selector> selector = SelectorYaml.read(fields, "agentSelector");
            if (selected == group.isPresent()) {
                fields.problems()
                        .add(
                                fields.at(),
                                "target: says "
                                        + (selected
                                                ? "both agentSelector and group"
                                                : "neither agentSelector nor group"),
                                "write one of them");
                continue;
            }
            Optional<Agents> agents = group.isPresent()
                    ? fields.build(() -> new Agents.InGroup(group.get()))
                    : selector.map(Agents.Selected::new);
            agents.flatMap(a -> fields.build(() -> new Target(name, a))).ifPresent(targets::add);
        }
        return targets;
    }

    private static Optional<Stack.Values> values(Strict spec) {
        var variables = spec.get().textMap("variables");
        List<SiteVariableSpec> site = new ArrayList<>();
        for (Strict fields : spec.list("siteVariables")) {
            String name = fields.get().requireText("name");
            String pattern = fields.get().text("pattern", SiteVariableSpec.DEFAULT_PATTERN);
            var fallback = fields.get().text("default");
            var from = fields.get().text("from");
            boolean early = fields.get().bool("early", false);
            if (!name.isEmpty()) {
                fields.build(() -> new SiteVariableSpec(name, pattern, fallback, from, early))
                        .ifPresent(site::add);
            }
        }
        return spec.build(() -> new Stack.Values(variables, site));
    }

    private static Optional<ApplySpec> apply(Strict spec) {
        Optional<SyncSpec> sync = sync(spec.sub("sync"));
        boolean prune = spec.get().bool("prune", true);
        var observe = spec.get().duration("observe", Health.DEFAULT.observe());
        var timeout = spec.get().duration("healthTimeout", Health.DEFAULT.timeout());
        var verdict = spec.choice("onUnhealthy", VERDICTS, List.of()).orElse(OnUnhealthy.ROLLBACK);
        var dependsOn = spec.get().texts("dependsOn");
        boolean suspend = spec.get().bool("suspend", false);
        var rolloutPolicy = spec.get().text("rolloutPolicyRef");
        Optional<Health> health = spec.build(() -> new Health(observe, timeout, verdict));
        return sync.flatMap(s ->
                health.flatMap(h -> spec.build(() -> new ApplySpec(s, prune, h, dependsOn, suspend, rolloutPolicy))));
    }

    private static Optional<ImagesSpec> images(Strict images) {
        images.later("include");
        boolean resolveDigests = images.get().bool("resolveDigests", false);
        var credentials = images.get().texts("credentials");
        return images.build(() -> new ImagesSpec(resolveDigests, credentials));
    }

    private static Optional<SyncSpec> sync(Strict sync) {
        SyncSpec.Mode mode = sync.choice("mode", MODES, List.of()).orElse(SyncSpec.Mode.AUTO);
        SyncSpec defaults = SyncSpec.of(mode);
        boolean alwaysApply = sync.get().bool("alwaysApply", false);
        boolean correctDrift = sync.get().bool("correctDrift", defaults.correctDrift());
        var siteInterval = sync.get().duration("siteInterval", defaults.siteInterval());
        return sync.build(() -> new SyncSpec(mode, alwaysApply, correctDrift, siteInterval));
    }
}
