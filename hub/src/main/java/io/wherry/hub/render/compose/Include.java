package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import io.wherry.hub.source.TreeFile;
import io.wherry.hub.source.TreePath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * Step 7: puts what a layer {@code include}s beside what it declares. Each entry is a model of its own, with files, project directory and
 * variables of its own; the same name twice is an error unless both mean the same.
 */
final class Include {
    private static final List<String> SECTIONS = List.of("services", "volumes", "networks", "secrets", "configs");

    private final Files files;
    private final Assemble assemble;
    private final Budget budget;
    private final Problems problems;

    Include(Files files, Assemble assemble, Budget budget, Problems problems) {
        this.files = files;
        this.assemble = assemble;
        this.budget = budget;
        this.problems = problems;
    }

    /** @param including the files on the way here from the first one */
    YamlNode.Mapping into(Layer layer, Scope scope, SequencedSet<String> including) {
        SequencedMap<String, YamlNode> top = Nodes.map(layer.root());
        YamlNode entries = top.remove("include");
        SequencedSet<String> way = new LinkedHashSet<>(including);
        way.add(layer.file());
        if (entries != null) {
            for (YamlNode entry : Nodes.items(entries)) {
                model(entry, scope, way).ifPresent(model -> {
                    for (String section : SECTIONS) {
                        beside(top, section, model);
                    }
                });
            }
        }
        return new YamlNode.Mapping(
                Nodes.fields(top, layer.root()).fields(),
                layer.root().tag(),
                layer.root().at());
    }

    private Optional<YamlNode.Mapping> model(YamlNode entry, Scope scope, SequencedSet<String> including) {
        List<YamlNode> paths = entry instanceof YamlNode.Scalar ? List.of(entry) : texts(Nodes.find(entry, "path"));
        if (paths.isEmpty()) {
            problems.add(entry.at(), "include: path is missing", "add path: FILE");
        }
        List<TreeFile> found = new ArrayList<>();
        for (YamlNode path : paths) {
            files.component("include", scope.folder(), Nodes.asText(path), path.at())
                    .filter(file -> isNew(file.path(), path.at(), including))
                    .filter(file -> budget.read(path.at()))
                    .ifPresent(found::add);
        }
        if (found.isEmpty() || found.size() < paths.size()) {
            return Optional.empty();
        }
        return scope(entry, found.getFirst(), scope).flatMap(inner -> {
            Mark mark = Mark.of(problems);
            YamlNode.Mapping model = assemble.model(found, inner, including);
            return mark.isClean() ? Optional.of(model) : Optional.empty();
        });
    }

    private boolean isNew(String path, Position at, SequencedSet<String> including) {
        if (including.contains(path)) {
            List<String> cycle =
                    including.stream().dropWhile(one -> !one.equals(path)).toList();
            problems.add(
                    at, "include forms a cycle: " + String.join(" -> ", cycle) + " -> " + path, "remove one of these");
            return false;
        }
        return true;
    }

    /** Where the included files' paths begin, and their variables: those of the including file win over files of variables. */
    private Optional<Scope> scope(YamlNode entry, TreeFile first, Scope outer) {
        Optional<YamlNode> directory = Nodes.find(entry, "project_directory")
                .filter(node -> !Nodes.asText(node).isEmpty());
        Optional<String> folder = directory.isPresent()
                ? files.path(
                        outer.folder(),
                        Nodes.asText(directory.get()),
                        directory.get().at())
                : Optional.of(TreePath.parent(first.path()));
        return folder.map(in -> {
            List<YamlNode> named = texts(Nodes.find(entry, "env_file"));
            List<TreeFile> envFiles = new ArrayList<>();
            named.forEach(file -> files.component("include.env_file", outer.folder(), Nodes.asText(file), file.at())
                    .filter(one -> budget.variables(one, file.at()))
                    .ifPresent(envFiles::add));
            if (named.isEmpty()) {
                files.find(in, ".env", entry.at())
                        .filter(one -> budget.variables(one, entry.at()))
                        .ifPresent(envFiles::add);
            }
            return new Scope(in, outer.variables().over(envFiles, problems));
        });
    }

    private void beside(SequencedMap<String, YamlNode> top, String section, YamlNode.Mapping model) {
        SequencedMap<String, YamlNode> own =
                top.containsKey(section) ? Nodes.map(top.get(section)) : new LinkedHashMap<>();
        Nodes.fields(model, section).forEach((name, included) -> {
            YamlNode declared = own.get(name);
            if (declared == null || declared.tag().equals("!reset")) {
                own.put(name, included);
            } else if (!Nodes.same(declared, included)) {
                problems.add(
                        declared.at(),
                        section + "." + name + " is declared here and in an included file, differently",
                        "there at " + included.at() + "; change an included one in an override file");
            }
        });
        if (!own.isEmpty()) {
            YamlNode like = top.get(section);
            top.put(section, Nodes.fields(own, like == null ? model : like));
        }
    }

    private static List<YamlNode> texts(Optional<YamlNode> node) {
        return node.map(one -> one instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(one))
                .orElse(List.of());
    }
}
