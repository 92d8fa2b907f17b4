package io.wherry.e2e.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * An object of a made-up stack.
 *
 * @param namespace  empty: the stack's own
 * @param fields     path to value, JSON with single quotes
 * @param pod        the same for the template of its pods, where it has one
 * @param containers the same for each of its containers, by name and in order
 * @param mayBeMadeAnew whether it says so
 */
record MadeObject(
        MadeKind kind,
        String name,
        String namespace,
        TreeMap<String, String> fields,
        TreeMap<String, String> pod,
        LinkedHashMap<String, TreeMap<String, String>> containers,
        boolean mayBeMadeAnew) {

    private static final String REPLACE = "wherry.io/replace";

    static MadeObject of(MadeKind kind, String name) {
        return new MadeObject(kind, name, "", new TreeMap<>(), new TreeMap<>(), new LinkedHashMap<>(), false);
    }

    MadeObject copy() {
        LinkedHashMap<String, TreeMap<String, String>> copied = new LinkedHashMap<>();
        containers.forEach((container, values) -> copied.put(container, new TreeMap<>(values)));
        return new MadeObject(kind, name, namespace, new TreeMap<>(fields), new TreeMap<>(pod), copied, mayBeMadeAnew);
    }

    MadeObject named(String other) {
        return new MadeObject(kind, other, namespace, fields, pod, containers, mayBeMadeAnew);
    }

    MadeObject in(String other) {
        return new MadeObject(kind, name, other, fields, pod, containers, mayBeMadeAnew);
    }

    MadeObject replaceable() {
        return new MadeObject(kind, name, namespace, fields, pod, containers, true);
    }

    boolean isOf(String... kinds) {
        return List.of(kinds).contains(kind.name());
    }

    String get(String path) {
        return fields.getOrDefault(path, "");
    }

    /**
     * As a release names it.
     *
     * @param home the stack's namespace
     */
    String key(String home) {
        int slash = kind.apiVersion().indexOf('/');
        String group = slash < 0 ? "" : "." + kind.apiVersion().substring(0, slash);
        return kind.name() + group + "/" + placed(home).namespace() + "/" + name;
    }

    /** With its namespace, also where that is the stack's own. */
    MadeObject placed(String home) {
        return kind.namespaced() && namespace.isEmpty() ? in(home) : this;
    }

    /** With {@code NS} in the place of what is of one site alone. */
    Json.Obj json() {
        Json.Obj object = Json.object()
                .put("apiVersion", kind.apiVersion())
                .put("kind", kind.name())
                .build();
        object = with(object, "metadata/name", Json.of(name));
        if (!namespace.isEmpty()) {
            object = with(object, "metadata/namespace", Json.of(namespace));
        }
        object = withAll(object, "", fields);
        if (mayBeMadeAnew) {
            object = with(object, "metadata/annotations/" + REPLACE.replace("/", "~"), Json.of("allowed"));
        }
        if (kind.runsPods()) {
            object = withAll(object, kind.template() + "/", pod);
            List<Json> all = new ArrayList<>();
            containers.forEach((container, values) ->
                    all.add(withAll(Json.object().put("name", container).build(), "", values)));
            object = with(object, kind.template() + "/spec/containers", new Json.Arr(all));
        }
        return object;
    }

    private Json.Obj withAll(Json.Obj object, String below, TreeMap<String, String> values) {
        Json.Obj all = object;
        for (Map.Entry<String, String> one : values.entrySet()) {
            String json = "{'v':" + one.getValue() + "}";
            String own = json.replace('\'', '"').replace("NAME", name).replace("IMAGE", Cluster.IMAGE);
            all = with(
                    all,
                    below + one.getKey(),
                    JsonReader.object(own.getBytes(UTF_8)).find("v").orElseThrow());
        }
        return all;
    }

    /** {@code ~} stands for a slash within a key. */
    private static Json.Obj with(Json.Obj object, String path, Json value) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>(object.fields());
        int slash = path.indexOf('/');
        if (slash < 0) {
            fields.put(path.replace('~', '/'), value);
        } else {
            String key = path.substring(0, slash);
            Json.Obj inner = fields.get(key) instanceof Json.Obj there
                    ? there
                    : Json.object().build();
            fields.put(key, with(inner, path.substring(slash + 1), value));
        }
        return new Json.Obj(fields);
    }

    @Override
    public String toString() {
        return JsonWriter.compact(json());
    }
}
