package io.wherry.hub;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The texts made from the table of keys: the commented file that {@code init} writes, and the reference page. */
final class ConfigText {
    private static final int LINE = 100;

    private static final String CONFIGURATION = """

            ## configuration

            Beside the keys above, the section takes in the file every field that the `spec` of a [source](source.md) has: `type` (`git` unless
            it says otherwise), `ref`, `interval`, `timeout`, `caBundle`, `proxy`, `hostKeys`, `verify`, `webhook`, `suspend`
            ([how](../how-to/configure-the-hub-from-git.md)).

            ```yaml
            configuration:
              url: https://git.example.org/platform/fleet.git
              path: hub
              ref: {branch: main}
              interval: 1m
              credentialRef: fleet
              verify: {commitSignatures: true, allowedSigners: "ada@example.org ssh-ed25519 AAAA…"}
            ```

            The hub makes the source `configuration` of it, which nobody else may declare; a hub whose section is taken out leaves at its next start
            all that was declared to people. `wherry-hub serve --config-repo URL` says the address instead of the file.
            """;

    private ConfigText() {}

    /** A whole {@code hub.yaml} with these values, and the default for every other key. */
    static String file(Map<ConfigKey, List<String>> values) {
        StringBuilder out = new StringBuilder(
                "# The hub's configuration. Check it with \"wherry-hub check-config\"; a running hub reads it at its next start.\n");
        String section = "";
        for (ConfigKey key : ConfigKey.values()) {
            String indent = key.section().isEmpty() ? "" : "  ";
            out.append('\n');
            if (!key.section().equals(section)) {
                section = key.section();
                out.append(section).append(":\n");
            }
            comment(out, indent, key.text());
            List<String> value =
                    values.getOrDefault(key, key.fallback().isEmpty() ? List.of() : List.of(key.fallback()));
            out.append(indent)
                    .append(key.word())
                    .append(": ")
                    .append(yaml(key, value))
                    .append('\n');
        }
        return out.toString();
    }

    private static void comment(StringBuilder out, String indent, String text) {
        StringBuilder line = new StringBuilder(indent + "#");
        for (String word : text.split(" ")) {
            if (line.length() + word.length() >= LINE) {
                out.append(line).append('\n');
                line = new StringBuilder(indent + "#");
            }
            line.append(' ').append(word);
        }
        out.append(line).append('\n');
    }

    private static String yaml(ConfigKey key, List<String> values) {
        List<String> quoted = values.stream()
                .map(value ->
                        value.matches("[A-Za-z0-9/][A-Za-z0-9._:/-]*") ? value : "'" + value.replace("'", "''") + "'")
                .toList();
        return key.list() ? "[" + String.join(", ", quoted) + "]" : String.join("", quoted);
    }

    /** docs/reference/hub-configuration.md */
    static String page() {
        StringBuilder out = new StringBuilder("""
                # Configuration of the hub

                <!-- Made from the table of keys in ConfigKey; a test compares. Rewrite with -Dgolden.update=true. -->

                `wherry-hub serve --data DIR` reads `DIR/hub.yaml`; `--config FILE` names another. A value comes from the flag
                `--set KEY=VALUE`, else from the environment variable, else from the file, else it is the default. In flags and
                variables the values of a list stand with commas between. An unknown key or a wrong value is an error with its
                place, and nothing starts; `wherry-hub check-config` says all of them at once.

                | Key | Variable | Default | Means |
                |---|---|---|---|
                """);
        Arrays.stream(ConfigKey.values()).forEach(key -> out.append("| `")
                .append(key.path())
                .append(key.list() ? "` (list)" : "`")
                .append(" | `")
                .append(key.variable())
                .append("` | ")
                .append(
                        key.fallback().isEmpty()
                                ? (key == ConfigKey.HOSTNAMES ? "required" : "none")
                                : "`" + key.fallback() + "`")
                .append(" | ")
                .append(key.text())
                .append(" |\n"));
        return out.append(CONFIGURATION).toString();
    }
}
