package io.wherry.agent.runtime.kubernetes;

import io.wherry.contract.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** An object without what the cluster keeps in it for itself, and without this agent's marks: as a person would write it down. */
final class Bare {
    private static final List<String> OF_THE_CLUSTER = List.of(
            "managedFields",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink");

    private static final List<String> MARKS =
            List.of(Marks.PART_OF, Marks.STACK, Marks.OWNER, Marks.BUNDLE, Marks.GENERATION, Marks.CREATED);

    private Bare() {}

    static Json.Obj of(Json.Obj object) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>();
        for (String first : List.of("apiVersion", "kind")) {
            object.find(first).ifPresent(value -> fields.put(first, value));
        }
        object.fields().forEach((key, value) -> {
            if (!key.equals("status")) {
                fields.put(key, value);
            }
        });
        SequencedMap<String, Json> metadata =
                new LinkedHashMap<>(Fields.object(object, "metadata").fields());
        OF_THE_CLUSTER.forEach(metadata::remove);
        for (String texts : List.of("labels", "annotations")) {
            without(metadata, texts, MARKS);
        }
        fields.put("metadata", new Json.Obj(metadata));
        return new Json.Obj(fields);
    }

    /** Takes keys out of a map, and the map with the last of them. */
    static void without(Map<String, Json> object, String field, List<String> keys) {
        if (object.get(field) instanceof Json.Obj(SequencedMap<String, Json> texts)) {
            SequencedMap<String, Json> left = new LinkedHashMap<>(texts);
            keys.forEach(left::remove);
            if (left.isEmpty()) {
                object.remove(field);
            } else {
                object.put(field, new Json.Obj(left));
            }
        }
    }
}
