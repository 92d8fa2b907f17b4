package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.docker.Units;
import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Reads and changes JSON objects of models and of the engine, where null and absence mean the same. */
final class Raw {
    static final Json.Obj NOTHING = Json.object().build();

    private Raw() {}

    /** An object that is there and not null. */
    static Optional<Json.Obj> nested(Json.Obj object, String key) {
        return object.find(key).filter(v -> !(v instanceof Json.Null)).map(v -> object.object(key));
    }

    /** A value that is there and not null. */
    static Optional<Json> value(Json.Obj object, String key) {
        return object.find(key).filter(v -> !(v instanceof Json.Null));
    }

    /** The objects of a list that may be null. */
    static List<Json.Obj> objects(Json.Obj object, String key) {
        return value(object, key).map(v -> object.objects(key)).orElse(List.of());
    }

    /** The texts of a list that may be null; numbers count as texts. */
    static List<String> list(Json.Obj object, String key) {
        return value(object, key)
                .map(v -> object.array(key).stream()
                        .map(one -> Units.text(key, one))
                        .toList())
                .orElse(List.of());
    }

    /** A mapping whose values are single ones, as texts. */
    static Map<String, String> texts(Json.Obj map, String path) {
        Map<String, String> texts = new TreeMap<>();
        map.fields().forEach((key, value) -> texts.put(key, Units.text(path + "." + key, value)));
        return texts;
    }

    static Map<String, String> textsOf(Json.Obj object, String key) {
        return nested(object, key).map(map -> texts(map, key)).orElse(Map.of());
    }

    static Json.Obj without(Json.Obj object, String key) {
        SequencedMap<String, Json> fields = new java.util.LinkedHashMap<>(object.fields());
        fields.remove(key);
        return new Json.Obj(fields);
    }

    static Json.Arr array(List<? extends Json> items) {
        return new Json.Arr(List.copyOf(items));
    }
}
