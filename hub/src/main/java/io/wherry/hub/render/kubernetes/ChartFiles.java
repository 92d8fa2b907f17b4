package io.wherry.hub.render.kubernetes;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.ScalarValue;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlException;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.source.SourceTree;
import io.wherry.hub.source.TreeException;
import io.wherry.hub.source.TreeFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** All files of a chart, judged before helm sees any of them: whole, with the dependencies that it is locked to, and with nothing that points outside. */
final class ChartFiles {
    /** 10,000 files of a chart and its dependencies; the largest public ones have 2,000. */
    static final int MAX_FILES = 10_000;

    /** 64 MiB of them: a copy is made. */
    static final long MAX_BYTES = 64L << 20;

    /** 24: folders in each other; charts in charts take two each. */
    static final int MAX_DEPTH = 24;

    private static final String CHART = "Chart.yaml";

    private final SourceTree tree;
    private final Problems problems;
    private final SortedMap<String, byte[]> files = new TreeMap<>();
    private long bytes;

    ChartFiles(SourceTree tree, Problems problems) {
        this.tree = tree;
        this.problems = problems;
    }

    /**
     * The files by their paths in the chart.
     *
     * @param at where a chart that is missing is told
     */
    SortedMap<String, byte[]> of(String chart, Position at) {
        walk(chart, "", 0);
        if (!problems.isEmpty()) {
            return files;
        }
        if (!files.containsKey(CHART)) {
            problems.add(at, "no chart is in " + name(chart), "a chart has a " + CHART);
            return files;
        }
        files.keySet().stream()
                .filter(path -> path.equals(CHART) || path.endsWith("/" + CHART))
                .toList()
                .forEach(path -> dependencies(chart, path.substring(0, path.length() - CHART.length())));
        files.forEach((path, content) -> {
            if (path.endsWith("values.schema.json")) {
                schema(chart, path, content);
            }
        });
        return files;
    }

    private void walk(String chart, String folder, int depth) {
        String full = join(chart, folder);
        if (depth > MAX_DEPTH) {
            problems.add(Position.of(full), "folders lie too deep in each other", "at most " + MAX_DEPTH);
            return;
        }
        try {
            for (String entry : tree.list(full).orElse(List.of())) {
                String path = folder + entry;
                if (entry.endsWith("/")) {
                    walk(chart, path, depth + 1);
                } else if (entry.endsWith(".tgz")) {
                    problems.add(
                            Position.of(join(chart, path)),
                            "a packed chart, which nobody can review",
                            "unpack it: tar -xzf " + entry + ", and remove it");
                } else {
                    tree.file(join(chart, path)).ifPresent(file -> add(path, file));
                }
                if (files.size() > MAX_FILES || bytes > MAX_BYTES) {
                    problems.add(
                            Position.of(full),
                            "the files of the chart are too many or too large",
                            "at most " + MAX_FILES + " of " + (MAX_BYTES >> 20) + " MiB in all");
                    return;
                }
            }
        } catch (TreeException e) {
            problems.add(Position.of(e.path()), String.valueOf(e.getMessage()));
        }
    }

    private void add(String path, TreeFile file) {
        files.put(path, file.content());
        bytes += file.content().length;
    }

    /**
     * What a chart depends on must lie in its {@code charts/}, in the version that its lock says.
     *
     * @param folder of the chart; empty, or with a slash
     */
    private void dependencies(String chart, String folder) {
        Map<String, String> locked = new HashMap<>();
        for (YamlNode.Mapping dependency : named(chart, folder + "Chart.lock")) {
            locked.put(text(dependency, "name"), text(dependency, "version"));
        }
        for (YamlNode.Mapping dependency : named(chart, folder + CHART)) {
            String name = text(dependency, "name");
            Optional<String> vendored = vendored(folder, name);
            if (vendored.isEmpty()) {
                problems.add(
                        dependency.at(),
                        "dependency " + name + " is not in the chart's charts/",
                        "commit it: helm dependency update, then unpack it there");
            } else if (!files.containsKey(folder + "Chart.lock")
                    && !text(dependency, "repository").isEmpty()) {
                problems.add(
                        dependency.at(),
                        "dependency " + name + " is not locked",
                        "commit Chart.lock: helm dependency update");
            } else if (locked.containsKey(name) && !locked.get(name).equals(vendored.get())) {
                problems.add(
                        dependency.at(),
                        "dependency " + name + " is locked to version " + locked.get(name) + ", and charts/ has "
                                + vendored.get(),
                        "helm dependency build");
            } else if (!locked.isEmpty() && !locked.containsKey(name)) {
                problems.add(dependency.at(), "dependency " + name + " is not in Chart.lock", "helm dependency update");
            }
        }
    }

    /** The version of a chart in {@code charts/}, whatever its folder is called. */
    private Optional<String> vendored(String folder, String name) {
        return files.keySet().stream()
                .filter(path -> path.startsWith(folder + "charts/")
                        && path.endsWith("/" + CHART)
                        && path.indexOf('/', (folder + "charts/").length()) == path.length() - CHART.length() - 1)
                .flatMap(path -> parse(path, path).stream())
                .filter(chart -> text(chart, "name").equals(name))
                .map(chart -> text(chart, "version"))
                .findFirst();
    }

    private List<YamlNode.Mapping> named(String chart, String path) {
        return parse(join(chart, path), path).stream()
                .flatMap(document -> document.find("dependencies").stream())
                .filter(YamlNode.Sequence.class::isInstance)
                .flatMap(list -> ((YamlNode.Sequence) list).items().stream())
                .filter(YamlNode.Mapping.class::isInstance)
                .map(YamlNode.Mapping.class::cast)
                .toList();
    }

    private Optional<YamlNode.Mapping> parse(String shown, String path) {
        byte[] content = files.get(path);
        if (content == null) {
            return Optional.empty();
        }
        try {
            YamlNode document = Yaml.parse(shown, content);
            if (document instanceof YamlNode.Mapping mapping) {
                return Optional.of(mapping);
            }
            problems.add(document.at(), Fields.describe(document) + " is no " + path, "it has fields");
        } catch (YamlException e) {
            e.problems().forEach(problems::add);
        }
        return Optional.empty();
    }

    /** A schema may point at others by address, and helm would fetch or read those. */
    private void schema(String chart, String path, byte[] content) {
        Position at = Position.of(join(chart, path));
        try {
            pointsOutside(JsonReader.document(content))
                    .ifPresent(address -> problems.add(
                            at, "the schema points at " + address, "write it into the schema: only #… is followed"));
        } catch (JsonException e) {
            problems.add(at, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> pointsOutside(Json json) {
        return switch (json) {
            case Json.Obj(var fields) -> {
                for (String key : List.of("$ref", "$dynamicRef", "$recursiveRef", "$schema", "$id", "id")) {
                    if (fields.get(key) instanceof Json.Str(String address) && isOutside(key, address)) {
                        yield Optional.of(address);
                    }
                }
                yield fields.values().stream()
                        .flatMap(value -> pointsOutside(value).stream())
                        .findFirst();
            }
            case Json.Arr(var items) ->
                items.stream().flatMap(item -> pointsOutside(item).stream()).findFirst();
            case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> Optional.empty();
        };
    }

    /** Drafts of the standard are known to helm without asking anybody; an id names the schema itself. */
    private static boolean isOutside(String key, String address) {
        return switch (key) {
            case "$schema" -> !address.matches("https?://json-schema\\.org/.*");
            case "$id", "id" -> address.startsWith("file:");
            default -> !address.startsWith("#");
        };
    }

    private static String text(YamlNode.Mapping node, String key) {
        return node.find(key)
                .filter(YamlNode.Scalar.class::isInstance)
                .map(YamlNode.Scalar.class::cast)
                .filter(scalar -> !(Scalars.read(scalar) instanceof ScalarValue.Null))
                .map(YamlNode.Scalar::text)
                .orElse("");
    }

    private static String name(String chart) {
        return chart.isEmpty() ? "the root of the repository" : chart;
    }

    private static String join(String folder, String name) {
        String path = folder.isEmpty() ? name : name.isEmpty() ? folder : folder + "/" + name;
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
