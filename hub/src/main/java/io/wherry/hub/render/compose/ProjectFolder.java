package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import io.wherry.hub.source.TreeFile;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The project directory: where relative paths begin, in the repository and at the site; collects the files that travel. */
final class ProjectFolder {
    /** 16 MiB a stack: content files are read into memory, and a site may hang on 2 Mbit/s. */
    static final long MAX_BYTES = 16L << 20;

    /** 4,000 files: a manifest has at most 4,096 layers. */
    static final int MAX_FILES = 4_000;

    private final Files files;
    private final String folder;
    private final Problems problems;
    private final SortedMap<String, TreeFile> contents = new TreeMap<>();
    private long bytes;
    private boolean full;

    ProjectFolder(Files files, String folder, Problems problems) {
        this.files = files;
        this.folder = folder;
        this.problems = problems;
    }

    /** The files collected so far, by their path in the project directory. */
    SortedMap<String, TreeFile> contents() {
        return contents;
    }

    /** A written path as the model holds it: absolute ones of the site's host as they are, others as {@code ./…}. */
    YamlNode path(YamlNode node) {
        String written = Nodes.asText(node);
        if (written.startsWith("/")) {
            return node; // not shortened either: containers that people made are compared by it
        }
        String clean = Paths.clean(written);
        if (written.startsWith("~")) {
            problems.add(
                    node.at(),
                    "path \"" + written + "\" names a home directory",
                    "a site has none: write an absolute path");
        } else if (clean.equals("..") || clean.startsWith("../")) {
            problems.add(
                    node.at(),
                    "path \"" + written + "\" leaves the project directory",
                    "only files below " + (folder.isEmpty() ? "the root of the repository" : folder)
                            + " travel to the site");
        } else if (written.indexOf('\\') >= 0 || written.indexOf('\0') >= 0) {
            problems.add(
                    node.at(),
                    "path \"" + written.replace("\0", "\\0") + "\" holds a character no path may hold",
                    "use / between names");
        }
        return Nodes.text(clean.equals(".") ? "." : "./" + clean, node.at());
    }

    /** Collects the file, or all files below the folder; false if nothing is there. */
    boolean collect(String path, Position at) {
        String relative = Paths.clean(path).equals(".") ? "" : Paths.clean(path);
        Optional<String> inTree = files.path(folder, relative, at);
        if (inTree.isEmpty()) {
            return true;
        }
        Optional<List<String>> names = files.list(inTree.get(), at);
        if (names.isPresent()) {
            names.get().forEach(name -> {
                if (!full) {
                    collect(relative.isEmpty() ? name : relative + "/" + name, at);
                }
            });
            return true;
        }
        Optional<TreeFile> file = files.find(folder, relative, at);
        file.ifPresent(found -> add(relative, found, at));
        return file.isPresent();
    }

    private void add(String path, TreeFile file, Position at) {
        if (contents.put(path, file) == null) {
            bytes += file.content().length;
        }
        if (!full && (bytes > MAX_BYTES || contents.size() > MAX_FILES)) {
            full = true;
            problems.add(
                    at,
                    "the files of the stack are too many or too large",
                    "at most " + (MAX_BYTES >> 20) + " MiB and " + MAX_FILES + " files");
        }
    }
}
