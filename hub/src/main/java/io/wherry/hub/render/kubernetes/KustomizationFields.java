package io.wherry.hub.render.kubernetes;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlException;
import io.wherry.base.yaml.YamlNode;
import io.wherry.hub.source.TreeFile;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one kustomization reads and runs. Fields that do neither are left to kustomize, which knows them. */
final class KustomizationFields {
    private static final List<String> PARTS = List.of("resources", "bases", "components");
    private static final List<String> FILES = List.of("crds", "configurations");
    private static final List<String> MAPS = List.of("configMapGenerator", "secretGenerator");
    private static final List<String> BY_PATH = List.of("patches", "patchesJson6902", "replacements");
    private static final List<String> PLUGINS = List.of("generators", "transformers", "validators");
    private static final List<String> HELM = List.of("helmCharts", "helmChartInflationGenerator", "helmGlobals");
    private static final Set<String> FUNCTIONS = Set.of("config.kubernetes.io/function", "config.k8s.io/function");

    /** All keys that are looked at here. */
    private static final List<String> KEYS = java.util.stream.Stream.of(
                    PARTS,
                    FILES,
                    MAPS,
                    BY_PATH,
                    PLUGINS,
                    HELM,
                    List.of("patchesStrategicMerge", "openapi", "path", "paths", "files", "envs", "env"))
            .flatMap(List::stream)
            .toList();

    private final Kustomizations build;
    private final Problems problems;
    private final String folder;
    private final List<String> above;

    KustomizationFields(Kustomizations build, Problems problems, String folder, List<String> above) {
        this.build = build;
        this.problems = problems;
        this.folder = folder;
        this.above = above;
    }

    void walk(YamlNode.Mapping kustomization) {
        spelled(kustomization);
        for (YamlNode.Field field : kustomization.fields()) {
            if (HELM.contains(field.key())) {
                problems.add(
                        field.keyAt(),
                        field.key() + ": a chart is not inflated within a build",
                        "commit what the chart renders to, and name it in resources");
            }
        }
        PARTS.forEach(
                key -> texts(kustomization, key).forEach(text -> build.part(folder, text.text(), text.at(), above)));
        FILES.forEach(key -> texts(kustomization, key).forEach(this::file));
        texts(kustomization, "patchesStrategicMerge").stream()
                .filter(text -> !isInline(text))
                .forEach(this::file);
        BY_PATH.forEach(key -> mappings(kustomization, key).forEach(this::paths));
        MAPS.forEach(key -> mappings(kustomization, key).forEach(this::generator));
        PLUGINS.forEach(key -> texts(kustomization, key).forEach(this::plugin));
        kustomization
                .find("openapi")
                .filter(YamlNode.Mapping.class::isInstance)
                .ifPresent(openapi -> paths((YamlNode.Mapping) openapi));
    }

    /** kustomize reads keys whatever their case, and some letters for others: one that we read differently would be looked at by nobody. */
    private void spelled(YamlNode.Mapping node) {
        for (YamlNode.Field field : node.fields()) {
            String key = field.key();
            boolean ascii = key.chars().allMatch(c -> c < 0x7f);
            Optional<String> meant = KEYS.stream().filter(key::equalsIgnoreCase).findFirst();
            if (!ascii || meant.filter(word -> !word.equals(key)).isPresent()) {
                problems.add(
                        field.keyAt(),
                        "key \"" + key + "\" is not spelled as it is meant",
                        meant.map(word -> "write " + word).orElse("keys are of plain letters"));
            }
        }
    }

    private void file(YamlNode.Scalar text) {
        build.file(folder, text.text(), text.at());
    }

    private void paths(YamlNode.Mapping node) {
        spelled(node);
        text(node, "path").ifPresent(this::file);
        texts(node, "paths").stream().filter(text -> !isInline(text)).forEach(this::file);
    }

    /** {@code files: [KEY=PATH, PATH]}, {@code envs: [PATH]}, {@code env: PATH}. */
    private void generator(YamlNode.Mapping node) {
        spelled(node);
        for (YamlNode.Scalar text : texts(node, "files")) {
            build.file(folder, text.text().substring(text.text().indexOf('=') + 1), text.at());
        }
        texts(node, "envs").forEach(this::file);
        text(node, "env").ifPresent(this::file);
    }

    /** The configuration of one that kustomize brings along; any other would be a program. */
    private void plugin(YamlNode.Scalar text) {
        if (isInline(text)) {
            documents(text.at().file(), text.text(), text.at());
            return;
        }
        Optional<TreeFile> file = build.file(folder, text.text(), text.at());
        file.ifPresent(one -> documents(
                one.path(),
                new String(one.content(), java.nio.charset.StandardCharsets.UTF_8),
                Position.of(one.path())));
    }

    private void documents(String name, String content, Position at) {
        try {
            for (YamlNode document : Yaml.parseAll(name, content.getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
                if (document instanceof YamlNode.Mapping mapping) {
                    builtIn(mapping, at.line() == 0 ? mapping.at() : at);
                }
            }
        } catch (YamlException e) {
            problems.add(at, "cannot be read as YAML, and could be anything", String.valueOf(e.getMessage()));
        }
    }

    private void builtIn(YamlNode.Mapping plugin, Position at) {
        String kind = text(plugin, "kind").map(YamlNode.Scalar::text).orElse("");
        boolean builtIn = text(plugin, "apiVersion")
                .map(YamlNode.Scalar::text)
                .filter("builtin"::equals)
                .isPresent();
        boolean runs = annotations(plugin).anyMatch(field -> FUNCTIONS.contains(field.key()));
        if (!builtIn || runs || kind.startsWith("HelmChart")) {
            problems.add(
                    at,
                    (kind.isEmpty() ? "a plugin" : kind) + " would run a program",
                    "only plugins of kustomize itself (apiVersion: builtin) are run, and no charts");
            return;
        }
        paths(plugin);
        generator(plugin);
    }

    private static java.util.stream.Stream<YamlNode.Field> annotations(YamlNode.Mapping object) {
        return object
                .find("metadata")
                .filter(YamlNode.Mapping.class::isInstance)
                .flatMap(metadata -> ((YamlNode.Mapping) metadata).find("annotations"))
                .filter(YamlNode.Mapping.class::isInstance)
                .stream()
                .flatMap(annotations -> ((YamlNode.Mapping) annotations).fields().stream());
    }

    /** YAML where a path could be: several lines, or braces. */
    private static boolean isInline(YamlNode.Scalar text) {
        return text.text().indexOf('\n') >= 0 || text.text().startsWith("{");
    }

    private static Optional<YamlNode.Scalar> text(YamlNode.Mapping node, String key) {
        return node.find(key).filter(YamlNode.Scalar.class::isInstance).map(YamlNode.Scalar.class::cast);
    }

    private static List<YamlNode.Scalar> texts(YamlNode.Mapping node, String key) {
        return items(node, key).stream()
                .filter(YamlNode.Scalar.class::isInstance)
                .map(YamlNode.Scalar.class::cast)
                .toList();
    }

    private static List<YamlNode.Mapping> mappings(YamlNode.Mapping node, String key) {
        return items(node, key).stream()
                .filter(YamlNode.Mapping.class::isInstance)
                .map(YamlNode.Mapping.class::cast)
                .toList();
    }

    private static List<YamlNode> items(YamlNode.Mapping node, String key) {
        return node.find(key)
                .filter(YamlNode.Sequence.class::isInstance)
                .map(sequence -> ((YamlNode.Sequence) sequence).items())
                .orElse(List.of());
    }
}
