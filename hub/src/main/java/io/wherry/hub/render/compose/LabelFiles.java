package io.wherry.hub.render.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlException;
import io.wherry.base.yaml.YamlNode;
import io.wherry.hub.source.TreeFile;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Reads {@code label_file} into {@code labels}: what stands in the Compose file wins, later files win over earlier ones. Their
 * {@code ${…}} see the labels of the files before, and no variable of the stack.
 */
final class LabelFiles {
    private final Files files;
    private final String projectFolder;
    private final Budget budget;
    private final Problems problems;

    LabelFiles(Files files, String projectFolder, Budget budget, Problems problems) {
        this.files = files;
        this.projectFolder = projectFolder;
        this.budget = budget;
        this.problems = problems;
    }

    /** All labels; empty if the service has none. */
    Optional<YamlNode> resolve(YamlNode service) {
        SequencedMap<String, String> read = new LinkedHashMap<>();
        SequencedMap<String, YamlNode> labels = new LinkedHashMap<>();
        for (YamlNode entry : Nodes.items(service, "label_file")) {
            read(entry, read);
            read.forEach((name, value) -> labels.put(name, Nodes.text(value, entry.at())));
        }
        labels.putAll(Nodes.fields(service, "labels"));
        return labels.isEmpty()
                ? Optional.empty()
                : Optional.of(Nodes.fields(labels, Nodes.find(service, "labels").orElse(Nodes.none(service.at()))));
    }

    private void read(YamlNode entry, SequencedMap<String, String> read) {
        Optional<TreeFile> file = files.component("label_file", projectFolder, Nodes.asText(entry), entry.at());
        if (file.isEmpty() || !budget.variables(file.get(), entry.at())) {
            return;
        }
        try {
            read.putAll(DotEnv.parse(file.get().path(), new String(file.get().content(), UTF_8), new Lookup() {
                @Override
                public Optional<String> find(String name) {
                    return Optional.ofNullable(read.get(name));
                }

                @Override
                public boolean isLate(String name) {
                    return false;
                }

                @Override
                public void unset(String name) {
                    // As in env files: empty without a word.
                }
            }));
        } catch (YamlException e) {
            e.problems().forEach(problems::add);
        }
    }
}
