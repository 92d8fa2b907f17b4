package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Keeps an apply from setting back what the stack leaves to others ({@code ignoreDifferences}): there it declares what is there already. */
public final class LeftToOthers {
    private LeftToOthers() {}

    /** The declared object, with the live values of ignored fields in place of its own. What is not there yet is declared as it stands. */
    public static Json.Obj in(Json.Obj declared, Json.Obj live, DriftRules rules) {
        Pointers ignored = rules.ignoredOf(live);
        FieldSet owners = Managed.of(live).stream().map(Managed::fields).reduce(FieldSet.NONE, FieldSet::plus);
        return ignored.isEmpty() ? declared : object(declared, live, owners, ignored);
    }

    /** @param owners what anybody owns at this place: it says by which fields the items of a list are told apart */
    private static Json.Obj object(Json.Obj declared, Json.Obj live, FieldSet owners, Pointers ignored) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>();
        for (Map.Entry<String, Json> field : declared.fields().entrySet()) {
            PathElement element = new PathElement.Field(field.getKey());
            Json there = element.in(live).orElse(field.getValue());
            fields.put(
                    field.getKey(),
                    value(field.getValue(), there, owners.child(element), ignored.below(element, live)));
        }
        return new Json.Obj(fields);
    }

    private static Json value(Json declared, Json there, FieldSet owners, Pointers ignored) {
        if (ignored.coverThis()) {
            return there;
        }
        if (ignored.isEmpty()) {
            return declared;
        }
        return switch (declared) {
            case Json.Obj object when there instanceof Json.Obj other -> object(object, other, owners, ignored);
            case Json.Arr(List<Json> items) -> new Json.Arr(items(items, there, owners, ignored));
            case Json.Obj _, Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> declared;
        };
    }

    private static List<Json> items(List<Json> items, Json live, FieldSet owners, Pointers ignored) {
        List<Json> values = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Json item = items.get(i);
            values.add(element(item, i, owners)
                    .flatMap(element -> element.in(live)
                            .map(there -> value(item, there, owners.child(element), ignored.below(element, live))))
                    .orElse(item));
        }
        return values;
    }

    /**
     * Which item of the list on the cluster it is: by the key fields that the API server goes by, of which all items of a list have the same. Where it keeps
     * no owners, lists whose items have a name are taken to be merged by it; of others the place must do.
     *
     * @return empty where it is not there yet
     */
    private static Optional<PathElement> element(Json item, int index, FieldSet owners) {
        List<PathElement> keys = owners.children().keySet().stream()
                .filter(PathElement.Key.class::isInstance)
                .toList();
        if (!keys.isEmpty()) {
            return keys.stream()
                    .filter(key -> key instanceof PathElement.Key(var fields) && has(item, fields))
                    .findFirst();
        }
        if (item instanceof Json.Obj object && object.find("name").isPresent()) {
            SequencedMap<String, Json> key = new LinkedHashMap<>();
            key.put("name", object.find("name").get());
            return Optional.of(new PathElement.Key(key));
        }
        return Optional.of(new PathElement.Index(index));
    }

    private static boolean has(Json item, Map<String, Json> key) {
        return item instanceof Json.Obj object
                && key.entrySet().stream()
                        .allMatch(field -> Same.values(
                                object.find(field.getKey()).orElse(absent(field.getKey())), field.getValue()));
    }

    /** Of all key fields of built-in lists one may be left out. */
    private static Json absent(String keyField) {
        return keyField.equals("protocol") ? Json.of("TCP") : new Json.Null();
    }
}
