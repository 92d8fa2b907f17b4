package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The difference of two documents, field by field: {@code spec.sync.mode: auto -> manual}. */
final class FieldChanges {
    private FieldChanges() {}

    static List<Json> between(Optional<Json.Obj> before, Json.Obj after) {
        SortedMap<String, String> from = new TreeMap<>();
        before.ifPresent(document -> flatten("", document, from));
        SortedMap<String, String> to = new TreeMap<>();
        flatten("", after, to);
        SortedSet<String> fields = new TreeSet<>(from.keySet());
        fields.addAll(to.keySet());
        List<Json> changes = new ArrayList<>();
        for (String field : fields) {
            if (!Objects.equals(from.get(field), to.get(field))) {
                changes.add(Json.object()
                        .put("field", field)
                        .putIf("from", Optional.ofNullable(from.get(field)))
                        .putIf("to", Optional.ofNullable(to.get(field)))
                        .build());
            }
        }
        return changes;
    }

    private static void flatten(String path, Json value, SortedMap<String, String> into) {
        switch (value) {
            case Json.Obj object ->
                object.fields().forEach((key, field) -> flatten(path.isEmpty() ? key : path + "." + key, field, into));
            case Json.Arr(List<Json> items) -> {
                for (int i = 0; i < items.size(); i++) {
                    flatten(path + "[" + i + "]", items.get(i), into);
                }
            }
            case Json.Str(String text) -> into.put(path, text);
            case Json.Int number -> into.put(path, JsonWriter.compact(number));
            case Json.Dec number -> into.put(path, JsonWriter.compact(number));
            case Json.Bool bool -> into.put(path, JsonWriter.compact(bool));
            case Json.Null none -> into.put(path, "null");
        }
    }
}
