package io.wherry.contract.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Writes JSON: canonical by RFC 8785 (sorted keys, no blanks, shortest escapes), or indented for people. */
public final class JsonWriter {
    private static final String HEX = "0123456789abcdef";

    private JsonWriter() {}

    /** The canonical bytes: what is signed and hashed. */
    public static byte[] canonical(Json value) {
        StringBuilder out = new StringBuilder();
        write(out, value, true, -1);
        return out.toString().getBytes(UTF_8);
    }

    /** One line, keys in their own order. */
    public static String compact(Json value) {
        StringBuilder out = new StringBuilder();
        write(out, value, false, -1);
        return out.toString();
    }

    /** Indented by two blanks, keys in their own order, no newline at the end. */
    public static String pretty(Json value) {
        StringBuilder out = new StringBuilder();
        write(out, value, false, 0);
        return out.toString();
    }

    private static void write(StringBuilder out, Json value, boolean sorted, int indent) {
        switch (value) {
            case Json.Str(String text) -> string(out, text);
            case Json.Int(long number) -> out.append(number);
            case Json.Dec(BigDecimal number) ->
                out.append(number.stripTrailingZeros().toPlainString());
            case Json.Bool(boolean bool) -> out.append(bool);
            case Json.Null() -> out.append("null");
            case Json.Arr(List<Json> items) -> array(out, items, sorted, indent);
            case Json.Obj(SequencedMap<String, Json> fields) ->
                object(out, sorted ? new TreeMap<>(fields) : fields, sorted, indent);
        }
    }

    private static void array(StringBuilder out, List<Json> items, boolean sorted, int indent) {
        out.append('[');
        String separator = "";
        for (Json item : items) {
            out.append(separator);
            newline(out, indent, 1);
            write(out, item, sorted, deeper(indent));
            separator = ",";
        }
        if (!items.isEmpty()) {
            newline(out, indent, 0);
        }
        out.append(']');
    }

    private static void object(StringBuilder out, Map<String, Json> fields, boolean sorted, int indent) {
        out.append('{');
        String separator = "";
        for (Map.Entry<String, Json> field : fields.entrySet()) {
            out.append(separator);
            newline(out, indent, 1);
            string(out, field.getKey());
            out.append(indent < 0 ? ":" : ": ");
            write(out, field.getValue(), sorted, deeper(indent));
            separator = ",";
        }
        if (!fields.isEmpty()) {
            newline(out, indent, 0);
        }
        out.append('}');
    }

    private static int deeper(int indent) {
        return indent < 0 ? indent : indent + 1;
    }

    private static void newline(StringBuilder out, int indent, int more) {
        if (indent >= 0) {
            out.append('\n').repeat("  ", indent + more);
        }
    }

    private static void string(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
