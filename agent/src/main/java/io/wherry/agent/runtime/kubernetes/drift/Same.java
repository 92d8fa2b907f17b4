package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.SequencedMap;

/** Whether two values say the same: the order of fields and the spelling of a number ({@code 1} and {@code 1.0}) do not matter. */
final class Same {
    /** For a field that is not there; the keys were compared before. */
    private static final Json NOTHING = new Json.Null();

    private Same() {}

    static boolean values(Json one, Json other) {
        return switch (one) {
            case Json.Int(long number) -> number(other, BigDecimal.valueOf(number));
            case Json.Dec(BigDecimal number) -> number(other, number);
            case Json.Arr(List<Json> items) -> other instanceof Json.Arr(List<Json> others) && items(items, others);
            case Json.Obj(SequencedMap<String, Json> fields) ->
                other instanceof Json.Obj(SequencedMap<String, Json> others)
                        && fields.keySet().equals(others.keySet())
                        && fields.entrySet().stream()
                                .allMatch(f -> values(f.getValue(), others.getOrDefault(f.getKey(), NOTHING)));
            case Json.Str _, Json.Bool _, Json.Null _ -> one.equals(other);
        };
    }

    private static boolean number(Json other, BigDecimal number) {
        return switch (other) {
            case Json.Int(long o) -> number.compareTo(BigDecimal.valueOf(o)) == 0;
            case Json.Dec(BigDecimal o) -> number.compareTo(o) == 0;
            case Json.Str _, Json.Bool _, Json.Null _, Json.Arr _, Json.Obj _ -> false;
        };
    }

    private static boolean items(List<Json> items, List<Json> others) {
        if (items.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < items.size(); i++) {
            if (!values(items.get(i), others.get(i))) {
                return false;
            }
        }
        return true;
    }
}
