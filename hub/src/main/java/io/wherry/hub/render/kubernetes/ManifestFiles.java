package io.wherry.hub.render.kubernetes;

import io.wherry.base.Glob;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.hub.source.SourceTree;
import io.wherry.hub.source.TreeException;
import io.wherry.hub.source.TreeFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the files below a folder that hold objects, in the order in which kubectl reads them: folder by folder, by name. */
final class ManifestFiles {
    /** 10,000: one for each object. */
    static final int MAX_FILES = 10_000;

    /** 32: folders in each other; nobody keeps them deeper, and the walk is bounded by it. */
    static final int MAX_DEPTH = 32;

    /** 32 MiB of all files: twice what the objects may have in the bundle, for comments and indentation. */
    static final long MAX_BYTES = 32L << 20;

    private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

    /** Files that say how objects are made, and what makes them. */
    private static final Map<String, String> MAKERS = Map.of(
            "kustomization.yaml", "kustomize",
            "kustomization.yml", "kustomize",
            "Chart.yaml", "helm");

    private final KubernetesRequest request;
    private final SourceTree tree;
    private final Problems problems;
    private final List<Glob> include;
    private final List<Glob> exclude;
    private final List<TreeFile> files = new ArrayList<>();
    private long bytes;

    ManifestFiles(KubernetesRequest request, Problems problems) {
        this.request = request;
        this.tree = request.tree();
        this.problems = problems;
        this.include = request.include().stream().map(Glob::parse).toList();
        this.exclude = request.exclude().stream().map(Glob::parse).toList();
    }

    /** All of them; with a problem if there is none, or one cannot be read. */
    List<TreeFile> find() {
        boolean there = walk("", 0);
        Position at = Position.of(request.path().isEmpty() ? "." : request.path());
        if (!there && problems.isEmpty()) {
            problems.add(at, "no such folder", "path is relative to the root of the repository");
        } else if (files.isEmpty() && problems.isEmpty()) {
            problems.add(at, "no file with objects is there", "looked for *.yaml, *.yml and *.json, here and below");
        }
        return files;
    }

    /** @param folder relative to the path */
    private boolean walk(String folder, int depth) {
        String full = join(request.path(), folder);
        Optional<List<String>> names = list(full);
        if (depth > MAX_DEPTH) {
            problems.add(Position.of(full), "folders lie too deep in each other", "at most " + MAX_DEPTH);
            return true;
        }
        for (String name : names.orElse(List.of()).stream()
                .sorted(Comparator.comparing(ManifestFiles::withoutSlash))
                .toList()) {
            String path = join(folder, withoutSlash(name));
            if (exclude.stream().anyMatch(glob -> glob.matches(path))) {
                continue;
            }
            if (name.endsWith("/")) {
                walk(path, depth + 1);
            } else if (isWanted(path)) {
                add(name, join(request.path(), path));
            }
            if (!problems.isEmpty() && isFull()) {
                return true;
            }
        }
        return names.isPresent();
    }

    private boolean isWanted(String path) {
        return ENDINGS.stream().anyMatch(path::endsWith)
                && (include.isEmpty() || include.stream().anyMatch(glob -> glob.matches(path)));
    }

    private void add(String name, String path) {
        String maker = MAKERS.get(name);
        if (maker != null) {
            problems.add(
                    Position.of(path),
                    "is a file of " + maker + " and no object",
                    "write format: " + maker + ", or exclude the folder");
            return;
        }
        try {
            tree.file(path).ifPresent(file -> {
                bytes += file.content().length;
                files.add(file);
                if (isFull()) {
                    problems.add(
                            Position.of(path),
                            "the files are too many or too large",
                            "at most " + MAX_FILES + " of " + (MAX_BYTES >> 20) + " MiB in all");
                }
            });
        } catch (TreeException e) {
            problems.add(Position.of(path), String.valueOf(e.getMessage()));
        }
    }

    private boolean isFull() {
        return files.size() > MAX_FILES || bytes > MAX_BYTES;
    }

    private Optional<List<String>> list(String path) {
        try {
            return tree.list(path);
        } catch (TreeException e) {
            problems.add(Position.of(path.isEmpty() ? "." : path), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static String withoutSlash(String name) {
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    private static String join(String folder, String name) {
        return folder.isEmpty() ? name : name.isEmpty() ? folder : folder + "/" + name;
    }
}
