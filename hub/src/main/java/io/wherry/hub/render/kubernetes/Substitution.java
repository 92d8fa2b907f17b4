package io.wherry.hub.render.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.ObjectVariables;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;

/** Puts a stack's variables into its objects, and names the object, the field and the place of what cannot be. */
final class Substitution {
    /** On an object, as label or annotation: {@code disabled} leaves it as it stands, as with Flux. */
    static final String MARK = "wherry.io/substitute";

    private static final String DISABLED = "disabled";
    private static final Set<String> IDENTITY = Set.of("apiVersion", "kind", "metadata.name", "metadata.namespace");

    private final Placeholders placeholders;
    private final Problems problems;
    private String name = "";

    Substitution(ObjectValues values, Problems problems) {
        this.placeholders = new Placeholders(values);
        this.problems = problems;
    }

    /** Names of the late variables that stand in objects. */
    SortedSet<String> late() {
        return placeholders.late();
    }

    /** The object with its variables, escaped as {@link ObjectVariables} has it. */
    Json.Obj fill(Json.Obj object, YamlNode.Mapping node) {
        name = text(object, "kind") + " " + text(section(object, "metadata"), "name");
        boolean disabled = List.of("annotations", "labels").stream()
                .anyMatch(marks ->
                        text(section(section(object, "metadata"), marks), MARK).equals(DISABLED));
        if (disabled) {
            return (Json.Obj) escaped(object);
        }
        boolean encodes = Set.of("Secret", "ConfigMap").contains(text(object, "kind"))
                && text(object, "apiVersion").equals("v1");
        return (Json.Obj) fill(object, "", Optional.of(node), node.at(), encodes);
    }

    private Json fill(Json value, String path, Optional<YamlNode> node, Position near, boolean encodes) {
        Position at = node.map(YamlNode::at).orElse(near);
        return switch (value) {
            case Json.Str(String text) -> {
                boolean encoded = encodes && isEncoded(path);
                if (encoded) {
                    requirePlain(text, path, at);
                }
                yield placeholders.read(text, whyNotLate(path, encoded), problem -> add(at, path, problem));
            }
            case Json.Arr(List<Json> items) -> {
                List<Json> filled = new ArrayList<>(items.size());
                for (int i = 0; i < items.size(); i++) {
                    filled.add(fill(items.get(i), path + "[" + i + "]", item(node, i), at, encodes));
                }
                yield new Json.Arr(filled);
            }
            case Json.Obj(SequencedMap<String, Json> fields) -> {
                SequencedMap<String, Json> filled = new LinkedHashMap<>();
                fields.forEach((key, field) -> {
                    String below = path.isEmpty() ? key : path + "." + key;
                    if (placeholders.names(key)) {
                        add(at, below, "no variable can stand in the name of a field\nwrite the name out");
                    }
                    filled.put(key, fill(field, below, field(node, key), at, encodes));
                });
                yield new Json.Obj(filled);
            }
            case Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> value;
        };
    }

    /** Data of a Secret, and binary data, is in base64. */
    private boolean isEncoded(String path) {
        return path.startsWith("binaryData.") || (path.startsWith("data.") && name.startsWith("Secret "));
    }

    /** A chart that encodes a value before this one is put in would ship the placeholder. */
    private void requirePlain(String text, String path, Position at) {
        try {
            String decoded = new String(Base64.getDecoder().decode(text.strip()), UTF_8);
            if (placeholders.names(decoded)) {
                add(
                        at,
                        path,
                        "a variable was encoded (base64) before it had its value\nwrite it in stringData, or annotate the object with "
                                + MARK + ": " + DISABLED);
            }
        } catch (IllegalArgumentException e) {
            return; // no base64: the cluster will say so
        }
    }

    private static String whyNotLate(String path, boolean encoded) {
        if (IDENTITY.contains(path)) {
            return "an object is the same on every site";
        }
        if (path.endsWith(".image")) {
            return "an image is the same on every site";
        }
        if (path.startsWith("metadata.annotations.helm.sh/") || path.startsWith("metadata.annotations.wherry.io/")) {
            return "it says how the object is applied";
        }
        return encoded ? "its value is a plain text, and this field is in base64 (stringData is not)" : "";
    }

    private void add(Position at, String path, String problem) {
        String[] parts = problem.split("\n", 2);
        problems.add(at, name + ": " + path + ": " + parts[0], parts.length > 1 ? parts[1] : "");
    }

    private static Optional<YamlNode> item(Optional<YamlNode> node, int index) {
        return node.filter(YamlNode.Sequence.class::isInstance)
                .map(list -> ((YamlNode.Sequence) list).items())
                .filter(items -> index < items.size())
                .map(items -> items.get(index));
    }

    private static Optional<YamlNode> field(Optional<YamlNode> node, String key) {
        return node.filter(YamlNode.Mapping.class::isInstance).flatMap(map -> ((YamlNode.Mapping) map).find(key));
    }

    private static Json escaped(Json value) {
        return switch (value) {
            case Json.Str(String text) -> new Json.Str(ObjectVariables.escape(text));
            case Json.Arr(List<Json> items) ->
                new Json.Arr(items.stream().map(Substitution::escaped).toList());
            case Json.Obj(SequencedMap<String, Json> fields) -> {
                SequencedMap<String, Json> all = new LinkedHashMap<>();
                fields.forEach((key, field) -> all.put(key, escaped(field)));
                yield new Json.Obj(all);
            }
            case Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> value;
        };
    }

    private static Json.Obj section(Json.Obj object, String key) {
        return object.find(key).orElse(new Json.Null()) instanceof Json.Obj section
                ? section
                : new Json.Obj(new LinkedHashMap<>());
    }

    private static String text(Json.Obj object, String key) {
        return object.find(key).orElse(new Json.Null()) instanceof Json.Str(String text) ? text : "";
    }
}
