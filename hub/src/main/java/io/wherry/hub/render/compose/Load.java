package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlException;
import io.wherry.base.yaml.YamlNode;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.source.TreeFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Step 1: finds the Compose files and parses them. */
final class Load {
    /** In the order in which Compose looks for them. */
    static final List<String> DEFAULTS =
            List.of("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml");

    private static final List<String> OVERRIDES = List.of(
            "compose.override.yml",
            "compose.override.yaml",
            "docker-compose.override.yml",
            "docker-compose.override.yaml");

    /** 20: Compose files of one stack; people use up to five. */
    static final int MAX_FILES = 20;

    private Load() {}

    /** The files, in order; with a problem where one is missing. */
    static List<TreeFile> files(RenderRequest request, Files files, Problems problems) {
        if (request.files().size() > MAX_FILES) {
            problems.add(
                    Position.of(request.path()), request.files().size() + " Compose files", "at most " + MAX_FILES);
            return List.of();
        }
        List<TreeFile> found = new ArrayList<>();
        for (String name : request.files()) {
            Optional<TreeFile> file = files.find(request.path(), name, Position.of(name));
            file.ifPresentOrElse(
                    found::add,
                    () -> problems.add(
                            Position.of(name), "no such Compose file", "its path is relative to the stack's folder"));
        }
        if (request.files().isEmpty()) {
            first(request, DEFAULTS, files).ifPresent(found::add);
            if (found.isEmpty() && problems.isEmpty()) {
                problems.add(
                        Position.of(request.path().isEmpty() ? "." : request.path()),
                        "no Compose file is there",
                        "looked for " + String.join(", ", DEFAULTS));
            } else {
                first(request, OVERRIDES, files).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<TreeFile> first(RenderRequest request, List<String> names, Files files) {
        return names.stream()
                .flatMap(name -> files.find(request.path(), name, Position.of(name)).stream())
                .findFirst();
    }

    static List<Layer> parse(List<TreeFile> files, Problems problems) {
        List<Layer> layers = new ArrayList<>();
        for (TreeFile file : files) {
            try {
                List<YamlNode> documents = Yaml.parseAll(file.path(), file.content());
                if (documents.isEmpty()) {
                    problems.add(
                            new Position(file.path(), 1, 1), "the file is empty", "a Compose file holds services: …");
                }
                for (YamlNode document : documents) {
                    if (document instanceof YamlNode.Mapping root) {
                        layers.add(new Layer(file.path(), root));
                    } else {
                        problems.add(
                                document.at(),
                                (Scalars.isNull(document)
                                        ? "the file is empty"
                                        : Fields.describe(document) + " is no Compose file"),
                                "a Compose file holds services: …");
                    }
                }
            } catch (YamlException e) {
                e.problems().forEach(problems::add);
            }
        }
        return layers;
    }
}
