package io.wherry.hub.render.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.ScalarValue;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether what a chart depends on lies in its {@code charts/}, in the version that its lock says, and the lock belongs to what the chart asks for: by the digest
 * that helm writes into it, which {@code helm dependency build} compares too. Pure.
 *
 * @param folder   of the chart, for messages
 * @param chart    its {@code Chart.yaml}
 * @param asking   the document with its {@code dependencies}: the same, or {@code requirements.yaml} of an old chart
 * @param lock     absent if there is none
 * @param vendored the charts in its {@code charts/}
 */
record ChartLock(
        String folder,
        YamlNode.Mapping chart,
        YamlNode.Mapping asking,
        Optional<YamlNode.Mapping> lock,
        List<Vendored> vendored) {

    ChartLock {
        vendored = List.copyOf(vendored);
    }

    /** A chart in another's {@code charts/}. */
    record Vendored(String name, String version) {}

    void check(Problems problems) {
        List<YamlNode.Mapping> wanted = dependencies(asking);
        List<YamlNode.Mapping> locked = lock.map(ChartLock::dependencies).orElse(List.of());
        for (YamlNode.Mapping dependency : wanted) {
            dependency(dependency, wanted, locked, problems);
        }
        if (problems.isEmpty() && lock.isPresent() && !wanted.isEmpty() && !belongs(wanted, locked)) {
            Position at = lock.get()
                    .find("digest")
                    .map(YamlNode::at)
                    .orElse(lock.get().at());
            problems.add(
                    at,
                    "is out of sync with the dependencies of " + asking.at().file(),
                    "helm dependency update " + (folder.isEmpty() ? "." : folder) + ", and commit what it writes");
        }
    }

    private void dependency(
            YamlNode.Mapping dependency,
            List<YamlNode.Mapping> wanted,
            List<YamlNode.Mapping> locked,
            Problems problems) {
        String name = text(dependency, "name");
        Set<String> there = vendored.stream()
                .filter(chart -> chart.name().equals(name))
                .map(Vendored::version)
                .collect(Collectors.toCollection(TreeSet::new));
        if (there.isEmpty()) {
            problems.add(
                    dependency.at(),
                    "dependency " + name + " is not in the chart's charts/",
                    "commit it: helm dependency update");
            return;
        }
        if (lock.isEmpty()) {
            if (!text(dependency, "repository").isEmpty()) {
                problems.add(
                        dependency.at(),
                        "dependency " + name + " is not locked",
                        "commit Chart.lock: helm dependency update");
            }
            return;
        }
        List<String> versions = locked.stream()
                .filter(one -> text(one, "name").equals(name))
                .map(one -> text(one, "version"))
                .toList();
        if (versions.isEmpty()) {
            problems.add(dependency.at(), "dependency " + name + " is not in Chart.lock", "helm dependency update");
            return;
        }
        int which = (int) wanted.subList(0, wanted.indexOf(dependency)).stream()
                .filter(one -> text(one, "name").equals(name))
                .count(); // a chart may be asked for several times, under aliases
        String version = versions.get(Math.min(which, versions.size() - 1));
        if (!there.contains(version)) {
            problems.add(
                    dependency.at(),
                    "dependency " + name + " is locked to version " + version + ", and charts/ has "
                            + String.join(", ", there),
                    "helm dependency build");
        }
    }

    /** By the digest that helm computes: over what is asked for and what was found, as its JSON has them. */
    private boolean belongs(List<YamlNode.Mapping> wanted, List<YamlNode.Mapping> locked) {
        String digest = text(lock.orElseThrow(), "digest");
        String asked = list(wanted, locked);
        String found = list(locked, locked);
        boolean old = text(chart, "apiVersion").equals("v1"); // locked by helm 2, perhaps
        return digest.equals(digest("[" + asked + "," + found + "]"))
                || (old && digest.equals(digest("{\"requirements\":" + list(wanted, List.of()) + "}")));
    }

    private static String digest(String json) {
        String escaped = json.replace("&", "\\u0026")
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029"); // as Go writes them
        return Digest.of(escaped.getBytes(UTF_8)).toString();
    }

    /** @param locked has the address that an alias of a repository means; that was known where the lock was made */
    private static String list(List<YamlNode.Mapping> dependencies, List<YamlNode.Mapping> locked) {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < dependencies.size(); i++) {
            YamlNode.Mapping dependency = dependencies.get(i);
            String repository = text(dependency, "repository");
            boolean alias = repository.startsWith("@") || repository.startsWith("alias:");
            json.append(i == 0 ? "" : ",").append("{\"name\":").append(json(text(dependency, "name")));
            put(json, "version", text(dependency, "version"));
            json.append(",\"repository\":")
                    .append(json(alias && i < locked.size() ? text(locked.get(i), "repository") : repository));
            put(json, "condition", text(dependency, "condition"));
            putList(json, "tags", dependency);
            if (text(dependency, "enabled").equals("true")) {
                json.append(",\"enabled\":true");
            }
            putList(json, "import-values", dependency);
            put(json, "alias", text(dependency, "alias"));
            json.append('}');
        }
        return json.append(']').toString();
    }

    private static void put(StringBuilder json, String key, String value) {
        if (!value.isEmpty()) {
            json.append(",\"").append(key).append("\":").append(json(value));
        }
    }

    private static void putList(StringBuilder json, String key, YamlNode.Mapping dependency) {
        dependency
                .find(key)
                .filter(YamlNode.Sequence.class::isInstance)
                .map(list -> ((YamlNode.Sequence) list).items())
                .filter(items -> !items.isEmpty())
                .ifPresent(items -> json.append(",\"")
                        .append(key)
                        .append("\":[")
                        .append(items.stream().map(ChartLock::value).collect(Collectors.joining(",")))
                        .append(']'));
    }

    private static String value(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> json(scalar.text());
            case YamlNode.Mapping mapping ->
                mapping.fields().stream()
                        .map(field -> json(field.key()) + ":" + value(field.value()))
                        .sorted()
                        .collect(Collectors.joining(",", "{", "}"));
            case YamlNode.Sequence sequence ->
                sequence.items().stream().map(ChartLock::value).collect(Collectors.joining(",", "[", "]"));
        };
    }

    private static String json(String text) {
        return JsonWriter.compact(Json.of(text));
    }

    private static List<YamlNode.Mapping> dependencies(YamlNode.Mapping document) {
        return document.find("dependencies").stream()
                .filter(YamlNode.Sequence.class::isInstance)
                .flatMap(list -> ((YamlNode.Sequence) list).items().stream())
                .filter(YamlNode.Mapping.class::isInstance)
                .map(YamlNode.Mapping.class::cast)
                .toList();
    }

    static String text(YamlNode.Mapping node, String key) {
        return node.find(key)
                .filter(YamlNode.Scalar.class::isInstance)
                .map(YamlNode.Scalar.class::cast)
                .filter(scalar -> !(Scalars.read(scalar) instanceof ScalarValue.Null))
                .map(YamlNode.Scalar::text)
                .orElse("");
    }
}
