package io.wherry.agent.cli;

import io.wherry.contract.json.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Tables in plain text: columns as wide as their widest cell, two blanks between. */
final class Output {
    private final List<List<String>> rows = new ArrayList<>();

    Output(String... header) {
        rows.add(List.of(header));
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    void print(PrintWriter out) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i));
                if (i < columns - 1) {
                    line.repeat(' ', widths[i] - row.get(i).length() + 2);
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** A field as text, or nothing where it is absent. */
    static String text(Json.Obj object, String key) {
        return object.findString(key).orElse("");
    }

    /** {@code REASON: message}, or nothing. */
    static String why(Json.Obj object) {
        String reason = text(object, "reason");
        return reason.isEmpty() ? text(object, "message") : reason + ": " + text(object, "message");
    }
}
