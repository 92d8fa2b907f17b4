package io.wherry.agent.runtime.kubernetes;

import io.wherry.contract.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Reads and rebuilds parts of objects by path. What is not of the wanted type counts as not there: the API server judges shapes. */
final class Fields {
    private Fields() {}

    static Optional<Json> find(Json.Obj object, String... path) {
        Json at = object;
        for (String key : path) {
            if (!(at instanceof Json.Obj inner) || inner.find(key).isEmpty()) {
                return Optional.empty();
            }
            at = inner.find(key).get();
        }
        return Optional.of(at);
    }

    /** A text at the path; empty where there is none. */
    static String text(Json.Obj object, String... path) {
        return find(object, path)
                .map(value -> value instanceof Json.Str(String text) ? text : "")
                .orElse("");
    }

    static Json.Obj object(Json.Obj object, String... path) {
        return find(object, path)
                .map(value -> value instanceof Json.Obj inner ? inner : new Json.Obj(new LinkedHashMap<>()))
                .orElseGet(() -> new Json.Obj(new LinkedHashMap<>()));
    }

    static List<Json.Obj> objects(Json.Obj object, String... path) {
        return find(object, path).stream()
                .flatMap(value -> value instanceof Json.Arr(var items) ? items.stream() : java.util.stream.Stream.of())
                .flatMap(item -> item instanceof Json.Obj inner
                        ? java.util.stream.Stream.of(inner)
                        : java.util.stream.Stream.of())
                .toList();
    }

    static String label(Json.Obj object, String key) {
        return text(object, "metadata", "labels", key);
    }

    static String annotation(Json.Obj object, String key) {
        return text(object, "metadata", "annotations", key);
    }

    /** The same with a value put in, objects on the way made where they are missing. */
    static Json.Obj with(Json.Obj object, Json value, String... path) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>(object.fields());
        String key = path[0];
        if (path.length == 1) {
            fields.put(key, value);
        } else {
            fields.put(key, with(object(object, key), value, java.util.Arrays.copyOfRange(path, 1, path.length)));
        }
        return new Json.Obj(fields);
    }

    /** The same with further texts in a map such as labels. */
    static Json.Obj withAll(Json.Obj object, Map<String, String> texts, String... path) {
        SequencedMap<String, Json> map =
                new LinkedHashMap<>(object(object, path).fields());
        texts.forEach((key, text) -> map.put(key, new Json.Str(text)));
        return with(object, new Json.Obj(map), path);
    }

    static Json.Obj without(Json.Obj object, String... path) {
        String key = path[0];
        SequencedMap<String, Json> fields = new LinkedHashMap<>(object.fields());
        if (path.length == 1) {
            fields.remove(key);
        } else if (fields.get(key) instanceof Json.Obj inner) {
            fields.put(key, without(inner, java.util.Arrays.copyOfRange(path, 1, path.length)));
        }
        return new Json.Obj(fields);
    }
}
