package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.YamlException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads an {@code env_file} of {@code format: raw}, as {@code docker run --env-file} does: {@code NAME=value} a line, the value as it stands;
 * {@code NAME} alone takes the variable of that name; lines that begin with {@code #} say nothing.
 */
final class RawEnv {
    private RawEnv() {}

    /** @throws YamlException at the first line that is malformed */
    static Map<String, String> parse(String file, String text, Lookup lookup) {
        if (SiteMark.isIn(text)) {
            throw new YamlException(
                    new Problem(Position.of(file), "characters U+E000 and U+E001 are reserved", "remove them"));
        }
        Map<String, String> values = new LinkedHashMap<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = (i == 0 && lines.get(i).startsWith("\uFEFF")
                            ? lines.get(i).substring(1)
                            : lines.get(i))
                    .stripLeading();
            if (!line.isEmpty() && !line.startsWith("#")) {
                int equals = line.indexOf('=');
                String name = equals < 0 ? line : line.substring(0, equals);
                if (name.isEmpty() || name.chars().anyMatch(Character::isWhitespace)) {
                    throw new YamlException(new Problem(
                            new Position(file, i + 1, 1),
                            name.isEmpty() ? "a line without a name" : "a variable's name cannot hold a blank",
                            "write NAME=value"));
                }
                if (equals >= 0) {
                    values.put(name, line.substring(equals + 1));
                } else {
                    lookup.find(name).ifPresent(value -> values.put(name, value));
                }
            }
        }
        return values;
    }
}
