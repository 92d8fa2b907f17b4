package io.wherry.e2e;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Several files in one: a comment, then each file after a line {@code -- NAME --}.
 *
 * @param files in their order; each ends with a newline
 */
public record Txtar(String comment, Map<String, String> files) {
    public static Txtar parse(String text) {
        Map<String, String> files = new LinkedHashMap<>();
        String comment = "";
        String name = "";
        StringBuilder body = new StringBuilder();
        for (String line : text.lines().toList()) {
            if (line.startsWith("-- ") && line.endsWith(" --")) {
                if (name.isEmpty()) {
                    comment = body.toString();
                } else {
                    files.put(name, body.toString());
                }
                name = line.substring(3, line.length() - 3);
                body.setLength(0);
            } else {
                body.append(line).append('\n');
            }
        }
        files.put(name, body.toString());
        return new Txtar(comment, files);
    }
}
