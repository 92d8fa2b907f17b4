package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import java.util.Collection;

/** Step 13: collects the files of the project directory that mounts, configs and secrets name. */
final class Contents {
    private Contents() {}

    static void collect(Model resolved, ProjectFolder folder, Problems problems) {
        for (YamlNode service : resolved.services().values()) {
            for (YamlNode mount : Nodes.items(service, "volumes")) {
                if (Nodes.findText(mount, "type").filter("bind"::equals).isPresent()) {
                    // A source that is not in the tree is made at the site, as Compose does.
                    Nodes.find(mount, "source")
                            .filter(source -> Nodes.asText(source).startsWith("."))
                            .ifPresent(source -> folder.collect(Nodes.asText(source), source.at()));
                }
            }
        }
        granted(resolved.configs().values(), folder, problems);
        granted(resolved.secrets().values(), folder, problems);
    }

    private static void granted(Collection<YamlNode> resources, ProjectFolder folder, Problems problems) {
        for (YamlNode resource : resources) {
            Nodes.find(resource, "file").ifPresent(file -> {
                String path = Nodes.asText(file);
                if (path.startsWith("/")) {
                    problems.add(
                            file.at(), "\"" + path + "\" is no file of the project directory", "write a relative path");
                } else if (!folder.collect(path, file.at()) && !problems.isKnown(file.at())) {
                    problems.add(
                            file.at(),
                            "file \"" + path + "\" is not there",
                            "its path is relative to the project directory");
                }
            });
        }
    }
}
