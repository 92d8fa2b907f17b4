package io.wherry.contract.health;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A path into an object, as {@code kubectl get -o jsonpath} takes it, as far as one value is looked for: {@code .a.b}, {@code ['a.b']}, {@code
 * .a\.b}, {@code [0]}, {@code [-1]}, {@code [*]}, {@code .*}, {@code [?(@.a=="b")]}, with or without braces and a leading {@code $}.
 *
 * <p>Not taken, because a rule would hold by accident: {@code ..}, slices, unions, {@code range}.
 *
 * @param text as it was written
 */
public record JsonPath(String text, List<Step> steps) {

    /** One step down. */
    public sealed interface Step {
        /** The field of an object. */
        record Field(String name) implements Step {}

        /** An item of a list; a negative one counts from the end. */
        record Index(int index) implements Step {}

        /** All items of a list, or all values of an object. */
        record All() implements Step {}

        /** The items of a list for which something holds; the path begins at the item. */
        record Where(Comparison comparison) implements Step {}
    }

    public JsonPath {
        steps = List.copyOf(steps);
    }

    /** @throws RuleException naming the character at which it cannot be read */
    public static JsonPath parse(String text) {
        PathReader reader = new PathReader(text);
        JsonPath path = reader.path();
        reader.end();
        return path;
    }

    /** What the path leads to; nothing where a step leads nowhere. */
    public List<Json> find(Json root) {
        List<Json> found = List.of(root);
        for (Step step : steps) {
            List<Json> next = new ArrayList<>();
            found.forEach(value -> follow(step, value, next));
            found = next;
        }
        return found;
    }

    private static void follow(Step step, Json value, List<Json> next) {
        switch (step) {
            case Step.Field(String name) -> field(value, name).ifPresent(next::add);
            case Step.Index(int index) -> {
                List<Json> items = value instanceof Json.Arr(List<Json> all) ? all : List.of();
                int at = index < 0 ? items.size() + index : index;
                if (at >= 0 && at < items.size()) {
                    next.add(items.get(at));
                }
            }
            case Step.All() -> {
                if (value instanceof Json.Arr(List<Json> items)) {
                    next.addAll(items);
                } else if (value instanceof Json.Obj object) {
                    next.addAll(object.fields().values());
                }
            }
            case Step.Where(Comparison comparison) -> {
                if (value instanceof Json.Arr(List<Json> items)) {
                    items.stream().filter(comparison::holds).forEach(next::add);
                }
            }
        }
    }

    private static Optional<Json> field(Json value, String name) {
        return value instanceof Json.Obj object ? object.find(name) : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}
