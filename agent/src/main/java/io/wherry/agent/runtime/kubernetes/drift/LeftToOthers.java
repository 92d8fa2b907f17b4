package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Keeps an apply from setting back what the stack leaves to others ({@code ignoreDifferences}): there it declares what is there already. */
public final class LeftToOthers {
    private LeftToOthers() {}

    /** The declared object, with the live values of ignored fields in place of its own. What is not there yet is declared as it stands. */
    public static Json.Obj in(Json.Obj declared, Json.Obj live, DriftRules rules) {
        Pointers ignored = rules.ignoredOf(live);
        return ignored.isEmpty() ? declared : object(declared, live, ignored);
    }

    private static Json.Obj object(Json.Obj declared, Json.Obj live, Pointers ignored) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>();
        for (Map.Entry<String, Json> field : declared.fields().entrySet()) {
            PathElement element = new PathElement.Field(field.getKey());
            fields.put(field.getKey(), value(field.getValue(), element, live, ignored.below(element, declared)));
        }
        return new Json.Obj(fields);
    }

    private static Json value(Json declared, PathElement element, Json live, Pointers ignored) {
        Json there = element.in(live).orElse(declared);
        if (ignored.coverThis()) {
            return there;
        }
        if (ignored.isEmpty()) {
            return declared;
        }
        return switch (declared) {
            case Json.Obj object when there instanceof Json.Obj other -> object(object, other, ignored);
            case Json.Arr(List<Json> items) -> new Json.Arr(items(items, declared, there, ignored));
            case Json.Obj _, Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> declared;
        };
    }

    private static List<Json> items(List<Json> items, Json parent, Json live, Pointers ignored) {
        List<Json> values = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            PathElement element = element(items.get(i), i);
            values.add(value(items.get(i), element, live, ignored.below(element, parent)));
        }
        return values;
    }

    /** Lists whose items have a name are merged by it; of others the place must do. */
    private static PathElement element(Json item, int index) {
        if (item instanceof Json.Obj object && object.find("name").isPresent()) {
            SequencedMap<String, Json> key = new LinkedHashMap<>();
            key.put("name", object.find("name").get());
            return new PathElement.Key(key);
        }
        return new PathElement.Index(index);
    }
}
