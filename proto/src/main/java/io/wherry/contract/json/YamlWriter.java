package io.wherry.contract.json;

import io.wherry.base.yaml.ScalarValue;
import io.wherry.base.yaml.Scalars;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * Writes JSON as block-style YAML for people. A text stands without quotes only if every YAML reader, of version 1.1 or 1.2, takes it
 * for that text; any other is written as a JSON string, which is YAML too.
 */
public final class YamlWriter {
    private static final Pattern SAFE = Pattern.compile("[A-Za-z_./][A-Za-z0-9_./@+=,-]*(:[A-Za-z0-9_./@+=,-]+)*");
    private static final Pattern WORD_OF_1_1 = Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null");

    private YamlWriter() {}

    /** The document, with a newline at the end. */
    public static String write(Json value) {
        StringBuilder out = new StringBuilder();
        if (isLeaf(value)) {
            out.append(leaf(value)).append('\n');
        } else {
            block(out, value, 0, false);
        }
        return out.toString();
    }

    private static void block(StringBuilder out, Json value, int indent, boolean afterDash) {
        boolean first = afterDash;
        switch (value) {
            case Json.Obj(SequencedMap<String, Json> fields) -> {
                for (Map.Entry<String, Json> field : fields.entrySet()) {
                    out.append(first ? "" : "  ".repeat(indent))
                            .append(text(field.getKey()))
                            .append(':');
                    below(out, field.getValue(), indent, field.getValue() instanceof Json.Arr ? indent : indent + 1);
                    first = false;
                }
            }
            case Json.Arr(List<Json> items) -> {
                for (Json item : items) {
                    out.append(first ? "" : "  ".repeat(indent)).append('-');
                    if (isLeaf(item)) {
                        out.append(' ').append(leaf(item)).append('\n');
                    } else {
                        out.append(' ');
                        block(out, item, indent + 1, true);
                    }
                    first = false;
                }
            }
            case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> out.append(leaf(value));
        }
    }

    private static void below(StringBuilder out, Json value, int indent, int deeper) {
        if (isLeaf(value)) {
            out.append(' ').append(leaf(value)).append('\n');
        } else {
            out.append('\n');
            block(out, value, Math.max(indent, deeper), false);
        }
    }

    private static boolean isLeaf(Json value) {
        return switch (value) {
            case Json.Obj(SequencedMap<String, Json> fields) -> fields.isEmpty();
            case Json.Arr(List<Json> items) -> items.isEmpty();
            case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> true;
        };
    }

    private static String leaf(Json value) {
        return value instanceof Json.Str(String text) ? text(text) : JsonWriter.compact(value);
    }

    private static String text(String text) {
        boolean plain = SAFE.matcher(text).matches()
                && !WORD_OF_1_1.matcher(text).matches()
                && Scalars.readPlain(text) instanceof ScalarValue.Text;
        return plain ? text : JsonWriter.compact(new Json.Str(text));
    }
}
