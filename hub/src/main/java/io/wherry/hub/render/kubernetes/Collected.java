package io.wherry.hub.render.kubernetes;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** The objects of a stack as they come, document by document: lists taken apart, each named, none twice. */
final class Collected {
    /** 10,000 objects of one stack: what one agent applies within minutes. */
    static final int MAX_OBJECTS = 10_000;

    /** In metadata: by these a server finds that another object, or another version of it, is meant, deletes what has no owner there, or refuses the request. */
    private static final List<String> CLUSTERS_OWN =
            List.of("uid", "resourceVersion", "ownerReferences", "managedFields");

    private final String namespace;
    private final Problems problems;
    private final Problems warnings;
    private final Optional<HelmHooks> hooks;
    private final Optional<Substitution> variables;
    private final ScaledTwice scaledTwice;
    private final NodeJson json;
    private final List<Json.Obj> objects = new ArrayList<>();
    private final Map<ObjectName, Position> seen = new HashMap<>();

    Collected(ClusterOptions options, Problems problems, Problems warnings) {
        this(options, problems, warnings, Optional.empty());
    }

    /** @param hooks takes those of a chart out */
    Collected(ClusterOptions options, Problems problems, Problems warnings, HelmHooks hooks) {
        this(options, problems, warnings, Optional.of(hooks));
    }

    private Collected(ClusterOptions options, Problems problems, Problems warnings, Optional<HelmHooks> hooks) {
        this.namespace = options.namespace();
        this.variables = options.values().map(values -> new Substitution(values, problems));
        this.problems = problems;
        this.warnings = warnings;
        this.hooks = hooks;
        this.scaledTwice = new ScaledTwice(warnings);
        this.json = new NodeJson(problems);
    }

    /** One document of a file; one that is empty says nothing. */
    void add(YamlNode document) {
        if (document instanceof YamlNode.Mapping mapping) {
            add(mapping, Optional.empty());
        } else if (!Scalars.isNull(document)) {
            problems.add(
                    document.at(),
                    Fields.describe(document) + " is no object",
                    "an object has apiVersion, kind and metadata");
        }
    }

    /** Where variables are put in: escaped, see {@link io.wherry.contract.ObjectVariables}. */
    List<Json.Obj> objects() {
        return objects;
    }

    /** Names of the late variables that stand in them; empty: their dollar signs mean nothing. */
    Optional<SortedSet<String>> lateVariables() {
        return variables.map(Substitution::late);
    }

    SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        seen.keySet().forEach(name -> names.add(name.toString()));
        return names;
    }

    /** @param list the list that holds the object; one without a kind is of the list's */
    private void add(YamlNode.Mapping node, Optional<Json.Obj> list) {
        Optional<YamlNode.Sequence> items =
                node.find("items").filter(YamlNode.Sequence.class::isInstance).map(YamlNode.Sequence.class::cast);
        if (items.isPresent()) {
            Json.Obj head = head(node);
            for (YamlNode item : items.get().items()) {
                if (item instanceof YamlNode.Mapping mapping) {
                    add(mapping, Optional.of(head));
                } else {
                    problems.add(item.at(), Fields.describe(item) + " is no object", "a list holds objects");
                }
            }
            return;
        }
        if (json.of(node) instanceof Json.Obj read) {
            Json.Obj plain = list.map(head -> ofList(read, head)).orElse(read);
            Json.Obj object = variables.map(put -> put.fill(plain, node)).orElse(plain);
            if (isWhole(object, node)) {
                Json.Obj declared = withoutClustersOwn(object, node);
                if (hooks.filter(taken -> taken.take(declared, node.at())).isEmpty()) {
                    keep(declared, node);
                }
            }
        }
    }

    /** What a list says of itself. */
    private Json.Obj head(YamlNode.Mapping list) {
        Json.Builder head = Json.object();
        for (String key : List.of("apiVersion", "kind")) {
            list.find(key).ifPresent(value -> head.put(key, json.of(value)));
        }
        return head.build();
    }

    /** {@code ConfigMapList} holds objects of the kind {@code ConfigMap}, said or not; as kubectl reads it. */
    private static Json.Obj ofList(Json.Obj object, Json.Obj head) {
        String kind = head.find("kind").map(Collected::text).orElse("");
        if (object.find("kind").isPresent() || !kind.endsWith("List") || kind.equals("List")) {
            return object;
        }
        SequencedMap<String, Json> fields = new LinkedHashMap<>();
        head.find("apiVersion").ifPresent(version -> fields.put("apiVersion", version));
        fields.put("kind", Json.of(kind.substring(0, kind.length() - "List".length())));
        fields.putAll(object.fields());
        return new Json.Obj(fields);
    }

    private boolean isWhole(Json.Obj object, YamlNode.Mapping node) {
        boolean whole = hasText(object, "apiVersion", node, "");
        whole &= hasText(object, "kind", node, "");
        if (!(object.find("metadata").orElse(new Json.Null()) instanceof Json.Obj metadata)
                || !(node.find("metadata").orElse(node) instanceof YamlNode.Mapping at)) {
            problems.add(node.at(), "metadata is missing", "add metadata: {name: …}");
            return false;
        }
        if (metadata.find("generateName").isPresent() && metadata.find("name").isEmpty()) {
            problems.add(
                    at.find("generateName").map(YamlNode::at).orElse(at.at()),
                    "metadata.generateName: the object would be another one each time",
                    "write metadata.name");
            return false;
        }
        whole &= hasText(metadata, "name", at, "metadata.");
        if (metadata.find("namespace").isPresent()) {
            whole &= hasText(metadata, "namespace", at, "metadata.");
        }
        for (String texts : List.of("labels", "annotations")) {
            whole &= hasTexts(metadata, texts, at);
        }
        return whole;
    }

    private boolean hasText(Json.Obj object, String key, YamlNode.Mapping node, String below) {
        Json value = object.find(key).orElse(new Json.Null());
        if (value instanceof Json.Str(String text) && !text.isEmpty()) {
            return true;
        }
        Position at = node.find(key).map(YamlNode::at).orElse(node.at());
        if (value instanceof Json.Null || value instanceof Json.Str) {
            problems.add(at, below + key + " is missing", "add " + key + ": …");
        } else {
            problems.add(at, below + key + " is not a text", "write it in quotes");
        }
        return false;
    }

    /** The API takes texts alone there, and {@code true} without quotes is none. */
    private boolean hasTexts(Json.Obj metadata, String key, YamlNode.Mapping node) {
        Json value = metadata.find(key).orElse(new Json.Null());
        if (value instanceof Json.Null) {
            return true;
        }
        Position at = node.find(key).map(YamlNode::at).orElse(node.at());
        if (!(value instanceof Json.Obj texts)) {
            problems.add(at, "metadata." + key + " is not a mapping", "write NAME: TEXT below it");
            return false;
        }
        boolean all = true;
        for (Map.Entry<String, Json> text : texts.fields().entrySet()) {
            if (!(text.getValue() instanceof Json.Str)) {
                Position there = node.find(key)
                        .filter(YamlNode.Mapping.class::isInstance)
                        .flatMap(below -> ((YamlNode.Mapping) below).find(text.getKey()))
                        .map(YamlNode::at)
                        .orElse(at);
                problems.add(
                        there, "metadata." + key + "." + text.getKey() + " is not a text", "write the value in quotes");
                all = false;
            }
        }
        return all;
    }

    /** What {@code kubectl get -o yaml} writes along: of one object on one cluster at one time, so no apply would pass with it but that one. */
    private Json.Obj withoutClustersOwn(Json.Obj object, YamlNode.Mapping node) {
        Json.Obj metadata = object.object("metadata");
        List<String> own =
                CLUSTERS_OWN.stream().filter(metadata.fields()::containsKey).toList();
        if (own.isEmpty()) {
            return object;
        }
        warnings.add(
                at(node, "metadata", own.getFirst()),
                text(object.find("kind").orElse(new Json.Null())) + " "
                        + text(metadata.find("name").orElse(new Json.Null())) + ": metadata."
                        + String.join(", metadata.", own) + " left out: the cluster sets "
                        + (own.size() == 1 ? "it" : "them"),
                "take " + (own.size() == 1 ? "it" : "them") + " out of the file");
        SequencedMap<String, Json> kept = new LinkedHashMap<>(metadata.fields());
        own.forEach(kept::remove);
        SequencedMap<String, Json> fields = new LinkedHashMap<>(object.fields());
        fields.put("metadata", new Json.Obj(kept));
        return new Json.Obj(fields);
    }

    private void keep(Json.Obj object, YamlNode.Mapping node) {
        ObjectName name;
        try {
            name = ObjectName.of(object, namespace);
        } catch (IllegalArgumentException e) {
            problems.add(node.at(), String.valueOf(e.getMessage()));
            return;
        }
        Position first = seen.putIfAbsent(name, node.at());
        if (first != null) {
            problems.add(node.at(), name + " stands here a second time", "first at " + first);
            return;
        }
        if (objects.size() == MAX_OBJECTS) {
            problems.add(node.at(), "too many objects", "at most " + MAX_OBJECTS + " in a stack");
            return;
        }
        if (name.kind().equals("Secret") && name.group().isEmpty()) {
            secret(object, node, name);
        }
        scaledTwice.add(name, object, at(node, "spec", "replicas"));
        objects.add(object);
    }

    /** Where a field stands; of one that is not there, what it would stand in. */
    private static Position at(YamlNode.Mapping node, String... path) {
        YamlNode found = node;
        for (String key : path) {
            if (!(found instanceof YamlNode.Mapping mapping)
                    || mapping.find(key).isEmpty()) {
                break;
            }
            found = mapping.find(key).get();
        }
        return found.at();
    }

    private void secret(Json.Obj object, YamlNode.Mapping node, ObjectName name) {
        if (object.find("data").orElse(new Json.Null()) instanceof Json.Obj data) {
            data.fields().forEach((key, value) -> {
                if (value instanceof Json.Str(String text)
                        && !isBase64(text)
                        && !(variables.isPresent() && text.contains("${"))) {
                    problems.add(
                            node.find("data").map(YamlNode::at).orElse(node.at()),
                            name + ": data." + key + " is not in base64",
                            "write it in stringData");
                }
            });
        }
        for (String key : List.of("data", "stringData")) {
            if (object.find(key).orElse(new Json.Null()) instanceof Json.Obj values
                    && !values.fields().isEmpty()) {
                warnings.add(
                        node.find(key).map(YamlNode::at).orElse(node.at()),
                        name + " holds its values in the repository",
                        "whoever can read the repository can read them");
                return;
            }
        }
    }

    /** As the API server reads it: line feeds do not count, and the padding does. */
    private static boolean isBase64(String text) {
        String plain = text.replaceAll("[\\r\\n]", "");
        try {
            Base64.getDecoder().decode(plain);
            return plain.length() % 4 == 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String text(Json json) {
        return json instanceof Json.Str(String value) ? value : "";
    }
}
