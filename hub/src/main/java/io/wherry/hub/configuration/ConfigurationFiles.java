package io.wherry.hub.configuration;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlException;
import io.wherry.hub.resource.ConfigurationSpec;
import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceKind;
import io.wherry.hub.resource.ResourceYaml;
import io.wherry.hub.resource.ResourceYaml.Placed;
import io.wherry.hub.source.SourceTree;
import io.wherry.hub.source.TreeException;
import io.wherry.hub.source.TreeFile;
import io.wherry.hub.source.TreePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads all resources of a commit: every {@code *.yaml, *.yml, *.json} below a folder, in path order, or one file. Pure but for reading the tree. */
public final class ConfigurationFiles {
    /** Files and folders: a thousand stacks with a folder each. Links that lead in a circle end here too. */
    static final int MAX_LOOKS = 10_000;

    /** Of all files: as much as a stack's files may have. */
    static final long MAX_BYTES = TreeFile.MAX_BYTES;

    /** No repository that people keep in order is deeper. */
    static final int MAX_DEPTH = 32;

    private final SourceTree tree;
    private final Problems problems = new Problems();
    private final Map<String, Position> places = new HashMap<>();
    private final Set<String> read = new HashSet<>();
    private final List<Placed> found = new ArrayList<>();
    private int looks;
    private long bytes;

    private ConfigurationFiles(SourceTree tree) {
        this.tree = tree;
    }

    /** What a commit declares. */
    public sealed interface Reading {
        /** At least one resource, none twice. */
        record Declared(List<Placed> resources) implements Reading {
            public Declared {
                resources = List.copyOf(resources);
            }
        }

        /** All that was found, in file order. */
        record Invalid(List<Problem> problems) implements Reading {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }

        /** No object in any file. */
        record Empty() implements Reading {}
    }

    /** @param path of the folder or of one file, as {@code configuration.path} of hub.yaml has it */
    public static Reading read(SourceTree tree, String path) {
        return read(tree, List.of(path));
    }

    /** @param paths several, in order */
    public static Reading read(SourceTree tree, List<String> paths) {
        ConfigurationFiles files = new ConfigurationFiles(tree);
        for (String path : paths) {
            try {
                files.take(TreePath.resolve("", path).orElse(path));
            } catch (TooMuch e) {
                files.problems.add(Position.of(path), String.valueOf(e.getMessage()), "name a smaller path");
            }
        }
        if (!files.problems.isEmpty()) {
            return new Reading.Invalid(files.problems.list());
        }
        return files.found.isEmpty() ? new Reading.Empty() : new Reading.Declared(files.found);
    }

    private void take(String path) {
        if (isFile(path)) {
            file(path);
        } else {
            folder(path, 0);
        }
    }

    private boolean isFile(String path) {
        try {
            return tree.list(path).isEmpty() && tree.file(path).isPresent();
        } catch (TreeException e) {
            return false; // looked at once more as a folder, which says what is wrong with it
        }
    }

    /** Ends the reading. */
    private static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuch(String message) {
            super(message, null, false, false);
        }
    }

    private void folder(String folder, int depth) {
        if (depth > MAX_DEPTH) {
            throw new TooMuch(folder + ": more than " + MAX_DEPTH + " folders deep");
        }
        for (String name : names(folder)) {
            String path = folder.isEmpty() ? name : folder + "/" + name;
            if (name.startsWith(".")) {
                continue; // of tools: .github, .gitlab-ci.yml
            }
            if (name.endsWith("/")) {
                look();
                folder(path.substring(0, path.length() - 1), depth + 1);
            } else if (name.matches(".*\\.(yaml|yml|json)")) {
                look();
                file(path);
            }
        }
    }

    private List<String> names(String folder) {
        try {
            return tree.list(folder).orElse(List.of());
        } catch (TreeException e) {
            problems.add(Position.of(e.path()), String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    private void look() {
        if (++looks > MAX_LOOKS) {
            throw new TooMuch("more than " + MAX_LOOKS + " files and folders");
        }
    }

    private void file(String path) {
        if (!read.add(path)) {
            return; // named, and below a folder that is named too
        }
        try {
            Optional<TreeFile> file = tree.file(path);
            if (file.isEmpty()) {
                problems.add(Position.of(path), "is a link to nothing", "remove it");
                return;
            }
            bytes += file.get().content().length;
            if (bytes > MAX_BYTES) {
                throw new TooMuch("more than " + (MAX_BYTES >> 20) + " MiB in all files");
            }
            ResourceYaml.parsePlaced(path, file.get().content()).forEach(this::take);
        } catch (TreeException e) {
            problems.add(Position.of(e.path()), String.valueOf(e.getMessage()));
        } catch (YamlException e) {
            e.problems().forEach(problems::add);
        }
    }

    private void take(Placed placed) {
        Resource resource = placed.resource();
        String object = References.object(resource);
        Position first = places.putIfAbsent(object, placed.at());
        if (first != null) {
            problems.add(placed.at(), object + " twice", "the first is at " + first);
        } else if (resource.kind() == ResourceKind.SOURCE && resource.name().equals(ConfigurationSpec.SOURCE)) {
            problems.add(placed.at(), object + " is declared by hub.yaml", "choose another name");
        }
        found.add(placed);
    }
}
