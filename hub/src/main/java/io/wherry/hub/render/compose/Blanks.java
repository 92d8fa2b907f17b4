package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlNode;
import java.util.List;
import java.util.Map;

/**
 * Step 9b: keys with nothing behind them. Over what a file before says they change nothing; where nothing is under them somebody forgot the rest, and Compose
 * refuses that.
 */
final class Blanks {
    private static final List<String> SECTIONS = List.of("networks", "volumes", "configs", "secrets");
    private static final List<String> ATTRIBUTES = List.of("environment", "healthcheck");

    private final Problems problems;

    Blanks(Problems problems) {
        this.problems = problems;
    }

    /**
     * @param file   as it was written
     * @param merged of it and all before it
     */
    void check(YamlNode.Mapping file, YamlNode.Mapping merged) {
        blank(file, merged, SECTIONS, "");
        Map<String, YamlNode> services = Nodes.fields(merged, "services");
        Nodes.fields(file, "services").forEach((name, service) -> {
            if (service instanceof YamlNode.Mapping written && services.get(name) instanceof YamlNode.Mapping whole) {
                blank(written, whole, ATTRIBUTES, "services." + name + ".");
            }
        });
    }

    private void blank(YamlNode.Mapping written, YamlNode.Mapping whole, List<String> keys, String label) {
        for (String key : keys) {
            Nodes.find(written, key)
                    .filter(value -> Scalars.isNull(value) && value.tag().isEmpty())
                    .filter(_ -> Nodes.find(whole, key).isEmpty())
                    .ifPresent(value -> problems.add(
                            value.at(),
                            label + key + " has nothing below it",
                            "write fields below it, or leave it out"));
        }
    }
}
