package io.wherry.hub.render.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlException;
import io.wherry.base.yaml.YamlNode;
import io.wherry.hub.source.TreeFile;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Reads {@code env_file} into {@code environment}: what stands in the Compose file wins, later files win over earlier ones and see them. */
final class EnvFiles {
    private final Files files;
    private final String projectFolder;
    private final Variables variables;
    private final Budget budget;
    private final Problems problems;

    EnvFiles(Files files, String projectFolder, Variables variables, Budget budget, Problems problems) {
        this.files = files;
        this.projectFolder = projectFolder;
        this.variables = variables;
        this.budget = budget;
        this.problems = problems;
    }

    /** The whole environment; empty if the service has none. */
    Optional<YamlNode> resolve(YamlNode service) {
        SequencedMap<String, YamlNode> own = new LinkedHashMap<>();
        Nodes.fields(service, "environment").forEach((name, value) -> own.put(name, value(value)));
        SequencedMap<String, YamlNode> all = new LinkedHashMap<>();
        List<YamlNode> envFiles = Nodes.items(service, "env_file");
        Map<String, String> earlier = new HashMap<>();
        for (YamlNode entry : envFiles) {
            read(entry, own, earlier).forEach((name, value) -> {
                earlier.put(name, value);
                all.put(name, Nodes.text(value, entry.at()));
            });
        }
        all.putAll(own);
        return all.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Nodes.fields(all, Nodes.find(service, "environment").orElse(service)));
    }

    /** A name that still has no value: the agent passes nothing. */
    private static YamlNode value(YamlNode value) {
        return Scalars.isNull(value) ? value : Nodes.text(Nodes.asText(value), value.at());
    }

    private Map<String, String> read(YamlNode entry, Map<String, YamlNode> own, Map<String, String> earlier) {
        String path = Nodes.findText(entry, "path").orElse("");
        Optional<TreeFile> file = files.find(projectFolder, path, entry.at());
        if (file.isEmpty()) {
            if (Nodes.isTrue(entry, "required") && !problems.isKnown(entry.at())) {
                problems.add(
                        entry.at(),
                        "env_file \"" + path + "\" is not there",
                        "its path is relative to the project directory; required: false lets it be missing");
            }
            return Map.of();
        }
        if (!budget.variables(file.get(), entry.at())) {
            return Map.of();
        }
        try {
            Lookup lookup = new Lookup() {
                @Override
                public Optional<String> find(String name) {
                    return variables.find(name).or(() -> Optional.ofNullable(own.get(name))
                            .filter(node -> !Scalars.isNull(node))
                            .map(Nodes::asText));
                }

                @Override
                public boolean isLate(String name) {
                    return variables.isLate(name);
                }

                @Override
                public void unset(String name) {
                    // Within env files an unset variable is empty without a word, as with Compose.
                }
            };
            String text = new String(file.get().content(), UTF_8);
            return Nodes.findText(entry, "format").isPresent()
                    ? RawEnv.parse(file.get().path(), text, lookup)
                    : DotEnv.parse(file.get().path(), text, lookup, earlier);
        } catch (YamlException e) {
            e.problems().forEach(problems::add);
            return Map.of();
        }
    }
}
