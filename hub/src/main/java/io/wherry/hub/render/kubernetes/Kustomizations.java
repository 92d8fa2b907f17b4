package io.wherry.hub.render.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlException;
import io.wherry.base.yaml.YamlNode;
import io.wherry.hub.source.SourceTree;
import io.wherry.hub.source.TreeException;
import io.wherry.hub.source.TreeFile;
import io.wherry.hub.source.TreePath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Walks all that a kustomization is made of, before kustomize sees any of it. What lies on another machine, leaves the repository or would run a program is
 * refused with file, line and column; what is left is every file that kustomize may read, and there is no other where it runs.
 */
final class Kustomizations {
    /** 500 kustomizations of one build: an overlay has a handful. */
    static final int MAX_KUSTOMIZATIONS = 500;

    /** 10,000 builds: kustomize builds what is named twice twice, and a tower of pairs doubles with each floor. */
    static final int MAX_BUILDS = 10_000;

    /** 64 MiB of files: a copy is made of them. */
    static final long MAX_BYTES = 64L << 20;

    /** 10,000: one for each object. */
    static final int MAX_FILES = 10_000;

    private static final List<String> NAMES = List.of("kustomization.yaml", "kustomization.yml", "Kustomization");

    /** What kustomize would fetch: a URL, and the ways to write a Git repository without one. */
    private static final Pattern REMOTE = Pattern.compile(
            "^[a-zA-Z][a-zA-Z0-9+.-]*:|^[a-zA-Z0-9_.-]+@[^/]+:|^(github|gitlab|bitbucket)\\.|[?]ref=|//");

    /** A merge key; in a text it would be refused too, which no kustomization needs. */
    private static final Pattern MERGE = Pattern.compile("(?m)(^|[\\s{,-])<<\\s*:");

    private final SourceTree tree;
    private final Problems problems;
    private final SortedMap<String, byte[]> files = new TreeMap<>();
    private final Set<String> visited = new HashSet<>();

    /** How many kustomizations are built for a folder, each as often as it is named; and for those that are being walked, outermost last. */
    private final Map<String, Integer> builds = new HashMap<>();

    private final Deque<Integer> open = new ArrayDeque<>(List.of(0));
    private long bytes;

    Kustomizations(SourceTree tree, Problems problems) {
        this.tree = tree;
        this.problems = problems;
    }

    /** The files of the build by their paths in the tree. */
    SortedMap<String, byte[]> of(String path) {
        folder(path, Position.of(path.isEmpty() ? "." : path), List.of());
        return files;
    }

    /** @param above folders whose kustomizations name this one, outermost first */
    private void folder(String folder, Position at, List<String> above) {
        if (above.contains(folder)) {
            problems.add(
                    at, "kustomizations name each other in a circle", String.join(" -> ", above) + " -> " + folder);
            return;
        }
        if (!visited.add(folder)) {
            named(builds.getOrDefault(folder, 1), at);
            return;
        }
        open.push(1);
        walk(folder, at, above);
        builds.put(folder, open.pop());
        named(builds.get(folder), at);
    }

    private void named(int more, Position at) {
        int all = Math.min(open.pop() + more, MAX_BUILDS + 1);
        open.push(all);
        if (all > MAX_BUILDS && problems.isEmpty()) {
            problems.add(
                    at,
                    "kustomizations name each other so often that more than " + MAX_BUILDS + " would be built",
                    "name each base once");
        }
    }

    private void walk(String folder, Position at, List<String> above) {
        if (visited.size() > MAX_KUSTOMIZATIONS) {
            problems.add(at, "too many kustomizations", "at most " + MAX_KUSTOMIZATIONS + " in a build");
            return;
        }
        List<TreeFile> found = new ArrayList<>();
        for (String name : NAMES) {
            find(folder.isEmpty() ? name : folder + "/" + name, at).ifPresent(found::add);
        }
        if (found.size() != 1) {
            problems.add(
                    at,
                    found.isEmpty()
                            ? "no kustomization is in " + (folder.isEmpty() ? "the root of the repository" : folder)
                            : "several kustomizations are in " + folder,
                    "exactly one of " + String.join(", ", NAMES));
            return;
        }
        List<String> below = new ArrayList<>(above);
        below.add(folder);
        try {
            YamlNode document =
                    Yaml.parse(found.getFirst().path(), found.getFirst().content());
            if (MERGE.matcher(new String(found.getFirst().content(), UTF_8)).find()) {
                problems.add(
                        Position.of(found.getFirst().path()),
                        "merges keys by <<, which kustomize reads in another order than others",
                        "write the keys out");
            } else if (document instanceof YamlNode.Mapping kustomization) {
                new KustomizationFields(this, problems, folder, below).walk(kustomization);
            } else {
                problems.add(
                        document.at(), Fields.describe(document) + " is no kustomization", "it has resources: […]");
            }
        } catch (YamlException e) {
            e.problems().forEach(problems::add);
        }
    }

    /** What stands in {@code resources} or {@code components}: a file, or a folder with a kustomization of its own. */
    void part(String folder, String written, Position at, List<String> above) {
        Optional<String> path = path(folder, written, at);
        if (path.isEmpty() || file(folder, written, path.get(), at)) {
            return;
        }
        try {
            if (!problems.isKnown(at) && tree.list(path.get()).isPresent()) {
                folder(path.get(), at, above);
                return;
            }
        } catch (TreeException e) {
            problems.add(at, String.valueOf(e.getMessage()));
        }
        if (!problems.isKnown(at)) {
            missing(written, folder, at);
        }
    }

    /** A file; with a problem if it is not there, and empty then. */
    Optional<TreeFile> file(String folder, String written, Position at) {
        Optional<String> path = path(folder, written, at);
        if (path.isPresent() && !file(folder, written, path.get(), at) && !problems.isKnown(at)) {
            missing(written, folder, at);
        }
        return path.flatMap(
                there -> Optional.ofNullable(files.get(there)).map(content -> new TreeFile(there, content, false)));
    }

    private boolean file(String folder, String written, String path, Position at) {
        boolean there = find(path, at).isPresent();
        if (there && !folder.isEmpty() && !path.startsWith(folder + "/")) {
            problems.add(
                    at,
                    "\"" + written
                            + "\" is a file outside of the kustomization's folder, which kustomize does not read",
                    "make a kustomization of the folder where it is, and name that");
        }
        return there;
    }

    private void missing(String written, String folder, Position at) {
        boolean remote = REMOTE.matcher(written).find();
        problems.add(
                at,
                "\"" + written + "\" is " + (remote ? "on another machine" : "not there"),
                remote
                        ? "commit a copy: a commit must say all that it deploys"
                        : "its path is relative to " + (folder.isEmpty() ? "the root of the repository" : folder));
    }

    private Optional<String> path(String folder, String written, Position at) {
        if (REMOTE.matcher(written).find()) {
            missing(written, folder, at);
            return Optional.empty();
        }
        Optional<String> path = TreePath.resolve(folder, written);
        if (path.isEmpty()) {
            problems.add(
                    at,
                    "path \"" + written + "\" leaves the repository",
                    "name a file of the repository, by a relative path");
        }
        return path;
    }

    /** Reads a file and keeps it for the copy. */
    private Optional<TreeFile> find(String path, Position at) {
        try {
            Optional<TreeFile> file = isFolder(path) ? Optional.empty() : tree.file(path);
            file.ifPresent(one -> {
                if (files.putIfAbsent(path, one.content()) == null) {
                    bytes += one.content().length;
                }
                if (files.size() > MAX_FILES || bytes > MAX_BYTES) {
                    problems.add(
                            at,
                            "the files of the build are too many or too large",
                            "at most " + MAX_FILES + " of " + (MAX_BYTES >> 20) + " MiB in all");
                }
            });
            return file;
        } catch (TreeException e) {
            problems.add(at, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** A folder where a file could be is no mistake here. */
    private boolean isFolder(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return path.isEmpty()
                || tree.list(TreePath.parent(path)).orElse(List.of()).contains(name + "/");
    }
}
