package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Changes recorded objects. */
final class Edits {
    private Edits() {}

    static Json.Obj put(Json.Obj object, String value, String... path) {
        return (Json.Obj) at(object, List.of(path), Json.of(value));
    }

    static Json.Obj remove(Json.Obj object, String... path) {
        return (Json.Obj) at(object, Arrays.asList(path), null);
    }

    private static Json at(Json value, List<String> path, @Nullable Json now) {
        if (value instanceof Json.Arr(List<Json> items)) {
            List<Json> copy = new ArrayList<>(items);
            int index = Integer.parseInt(path.getFirst());
            if (path.size() > 1) {
                copy.set(index, at(items.get(index), path.subList(1, path.size()), now));
            } else if (now == null) {
                copy.remove(index);
            } else {
                copy.set(index, now);
            }
            return new Json.Arr(copy);
        }
        SequencedMap<String, Json> copy = new LinkedHashMap<>(((Json.Obj) value).fields());
        if (path.size() > 1) {
            copy.computeIfPresent(path.getFirst(), (_, inner) -> at(inner, path.subList(1, path.size()), now));
        } else if (now == null) {
            copy.remove(path.getFirst());
        } else {
            copy.put(path.getFirst(), now);
        }
        return new Json.Obj(copy);
    }
}
