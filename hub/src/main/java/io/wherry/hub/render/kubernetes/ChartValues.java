package io.wherry.hub.render.kubernetes;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.Problems;
import io.wherry.contract.ObjectVariables;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Puts a stack's variables into the values that it gives to a chart. Late ones are refused: a chart may encode, compare or count what it is given, and would
 * do that with the placeholder.
 */
public final class ChartValues {
    private static final String WHY_NOT_LATE =
            "a chart may encode or compare its values, and the agent's comes after that";

    private final Placeholders placeholders;
    private final Problems problems = new Problems();

    private ChartValues(ObjectValues values) {
        this.placeholders = new Placeholders(values);
    }

    /**
     * What became of them.
     *
     * @param values   with their variables; of no use where there are problems
     * @param problems named by {@code helm.values} and the field
     */
    public record Filled(Json.Obj values, List<Problem> problems) {
        public Filled {
            problems = List.copyOf(problems);
        }
    }

    public static Filled fill(Json.Obj values, ObjectValues named) {
        ChartValues chart = new ChartValues(named);
        Json.Obj escaped = (Json.Obj) chart.fill(values, "helm.values");
        if (!chart.problems.isEmpty()) {
            return new Filled(values, chart.problems.list());
        }
        Json.Obj model = ObjectVariables.marked(
                Json.object().put("objects", new Json.Arr(List.of(escaped))).build());
        return new Filled(
                ObjectVariables.substitute(model, Map.of()).objects("objects").getFirst(), List.of());
    }

    private Json fill(Json value, String path) {
        return switch (value) {
            case Json.Str(String text) ->
                placeholders.read(text, WHY_NOT_LATE, problem -> {
                    String[] parts = problem.split("\n", 2);
                    problems.add(Position.of(path), parts[0], parts.length > 1 ? parts[1] : "");
                });
            case Json.Arr(List<Json> items) -> {
                List<Json> filled = new ArrayList<>(items.size());
                for (int i = 0; i < items.size(); i++) {
                    filled.add(fill(items.get(i), path + "[" + i + "]"));
                }
                yield new Json.Arr(filled);
            }
            case Json.Obj(SequencedMap<String, Json> fields) -> {
                SequencedMap<String, Json> filled = new LinkedHashMap<>();
                fields.forEach((key, field) -> filled.put(key, fill(field, path + "." + key)));
                yield new Json.Obj(filled);
            }
            case Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> value;
        };
    }
}
