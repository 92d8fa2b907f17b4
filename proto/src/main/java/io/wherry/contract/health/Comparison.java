package io.wherry.contract.health;

import static java.util.Objects.requireNonNull;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Something that may hold of an object: {@code PATH}, or {@code PATH OPERATOR VALUE} where the value is a word, a quoted text, a number, true or
 * false, or another path.
 *
 * <p>A path alone holds where it leads to something, and to nothing that is {@code null}, {@code false} or empty. A comparison holds where the path
 * leads to something and it holds for all of it; so {@code !=} does not hold of what is not there.
 *
 * @param text     as it was written
 * @param path     what is looked at
 * @param operator null: none, the path stands alone
 * @param value    what it is compared with; null where there is no operator
 */
public record Comparison(
        String text,
        JsonPath path,
        @Nullable Operator operator,
        @Nullable Operand value) {

    /** How two values are compared. The last four need numbers on both sides, and do not hold of anything else. */
    public enum Operator {
        EQUAL("=="),
        UNEQUAL("!="),
        AT_LEAST(">="),
        AT_MOST("<="),
        MORE(">"),
        LESS("<");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }
    }

    /** The right side. */
    public sealed interface Operand {
        /** Written out. */
        record Literal(Json value) implements Operand {}

        /** Looked up in the same object; it must lead to exactly one value. */
        record Path(JsonPath path) implements Operand {}
    }

    /** @throws RuleException naming the character at which it cannot be read */
    public static Comparison parse(String text) {
        PathReader reader = new PathReader(text);
        Comparison comparison = reader.comparison();
        reader.end();
        return comparison;
    }

    /** Whether it holds of an object. */
    public boolean holds(Json object) {
        List<Json> found = path.find(object);
        if (operator == null) {
            return !found.isEmpty() && found.stream().allMatch(Comparison::isSomething);
        }
        List<Json> right =
                switch (requireNonNull(value, "value")) {
                    case Operand.Literal(Json literal) -> List.of(literal);
                    case Operand.Path(JsonPath other) -> other.find(object);
                };
        Operator compared = operator;
        return right.size() == 1
                && !found.isEmpty()
                && found.stream().allMatch(f -> holds(compared, f, right.getFirst()));
    }

    /** What the path leads to now, for a sentence: {@code "Creating"}, {@code 1, 2}, {@code nothing}. */
    public String found(Json object) {
        List<Json> found = path.find(object);
        String line = found.stream().map(JsonWriter::compact).collect(Collectors.joining(", "));
        return found.isEmpty()
                ? "nothing"
                : line.length() > MAX_SHOWN_CHARS ? line.substring(0, MAX_SHOWN_CHARS) + " …" : line;
    }

    /** A phase or a condition's message fits. */
    private static final int MAX_SHOWN_CHARS = 120;

    private static boolean isSomething(Json value) {
        return switch (value) {
            case Json.Null() -> false;
            case Json.Bool(boolean truth) -> truth;
            case Json.Str(String text) -> !text.isEmpty();
            case Json.Arr(List<Json> items) -> !items.isEmpty();
            case Json.Obj object -> !object.fields().isEmpty();
            case Json.Int _, Json.Dec _ -> true;
        };
    }

    private static boolean holds(Operator operator, Json left, Json right) {
        BigDecimal one = number(left);
        BigDecimal other = number(right);
        boolean numbers = one != null && other != null;
        int order = one != null && other != null ? one.compareTo(other) : 0;
        return switch (operator) {
            case EQUAL -> numbers ? order == 0 : plain(left).equals(plain(right));
            case UNEQUAL -> numbers ? order != 0 : !plain(left).equals(plain(right));
            case AT_LEAST -> numbers && order >= 0;
            case AT_MOST -> numbers && order <= 0;
            case MORE -> numbers && order > 0;
            case LESS -> numbers && order < 0;
        };
    }

    private static @Nullable BigDecimal number(Json value) {
        return switch (value) {
            case Json.Int(long number) -> BigDecimal.valueOf(number);
            case Json.Dec(BigDecimal number) -> number;
            case Json.Str _, Json.Bool _, Json.Null _, Json.Arr _, Json.Obj _ -> null;
        };
    }

    /** Texts, numbers and truth values compare by how they read: conditions say "True" as a text, and {@code 3} may be written as one. */
    private static String plain(Json value) {
        return value instanceof Json.Str(String text) ? text : JsonWriter.compact(value);
    }

    @Override
    public String toString() {
        return text;
    }
}
