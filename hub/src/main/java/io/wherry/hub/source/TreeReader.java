package io.wherry.hub.source;

import io.wherry.contract.Digest;
import io.wherry.hub.source.ReadSet.Look;
import io.wherry.hub.source.TreeWalker.Found;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Reads a tree for one rendering and notes every look, also one that found nothing and one that was refused. Safe for use by several threads. */
final class TreeReader {

    /** Every Git LFS pointer begins with this line (git-lfs specification, "The Pointer"). */
    private static final byte[] LFS = "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

    /** A pointer file is smaller than this by the same specification; a larger file that begins alike is content. */
    private static final int LFS_MAX_BYTES = 1024;

    private final TreeStore store;
    private final TreeWalker walker;
    private final SortedMap<Look, String> looks = new TreeMap<>();

    TreeReader(TreeStore store) {
        this.store = store;
        this.walker = new TreeWalker(store);
    }

    Optional<TreeFile> file(String path) {
        Optional<Found> found = noted(path, Look.Kind.FILE, () -> walker.find(path));
        note(path, Look.Kind.FILE, fingerprint(found));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (!(found.get().entry() instanceof TreeEntry.File file)) {
            throw new TreeException(path, "\"" + path + "\" is a folder, not a file");
        }
        byte[] content = store.content(file, path);
        if (isLfsPointer(content)) {
            throw new TreeException(
                    path,
                    "\"" + path + "\" is a Git LFS pointer, and LFS is not read in this version"
                            + " (commit the file itself: git lfs untrack)");
        }
        return Optional.of(new TreeFile(path, content, file.executable()));
    }

    Optional<List<String>> list(String path) {
        Optional<List<String>> names = noted(path, Look.Kind.LISTING, () -> names(path));
        note(path, Look.Kind.LISTING, names.map(TreeReader::fingerprint).orElse(ReadSet.ABSENT));
        return names;
    }

    synchronized ReadSet readSet() {
        return new ReadSet(looks);
    }

    /** Whether each of these looks would find here what it found there. Reads no file's content where the store knows its fingerprint. */
    boolean stillMatches(ReadSet readSet) {
        for (Map.Entry<Look, String> look : readSet.looks().entrySet()) {
            if (!look.getValue().equals(fingerprint(look.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private String fingerprint(Look look) {
        try {
            return switch (look.kind()) {
                case FILE -> fingerprint(walker.find(look.path()));
                case LISTING -> names(look.path()).map(TreeReader::fingerprint).orElse(ReadSet.ABSENT);
            };
        } catch (TreeException e) {
            return refused(e);
        }
    }

    private String fingerprint(Optional<Found> found) {
        if (found.isEmpty()) {
            return ReadSet.ABSENT;
        }
        return switch (found.get().entry()) {
            case TreeEntry.File file -> store.fingerprint(file, found.get().path());
            case TreeEntry.Folder folder -> "folder";
            case TreeEntry.Link link -> throw new IllegalStateException("found: " + link + " (expected: followed)");
            case TreeEntry.Submodule submodule ->
                throw new IllegalStateException("found: " + submodule + " (expected: refused)");
            case TreeEntry.Unreadable unreadable ->
                throw new IllegalStateException("found: " + unreadable + " (expected: refused)");
        };
    }

    private static String fingerprint(List<String> names) {
        return Digest.of(String.join("\0", names).getBytes(StandardCharsets.UTF_8))
                .hex();
    }

    /** Sorted; a folder, and a link to one, ends with a slash. A link to nothing is a name like any other: reading it finds nothing. */
    private Optional<List<String>> names(String path) {
        Optional<Found> found = walker.find(path);
        if (found.isEmpty() || !(found.get().entry() instanceof TreeEntry.Folder folder)) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        for (String name : store.names(folder, found.get().path())) {
            String child = path.isEmpty() ? name : path + "/" + name;
            boolean isFolder = walker.find(child)
                    .map(entry -> entry.entry() instanceof TreeEntry.Folder)
                    .orElse(false);
            names.add(isFolder ? name + "/" : name);
        }
        names.sort(null);
        return Optional.of(List.copyOf(names));
    }

    private <T> T noted(String path, Look.Kind kind, Supplier<T> look) {
        try {
            return look.get();
        } catch (TreeException e) {
            note(path, kind, refused(e));
            throw e;
        }
    }

    private synchronized void note(String path, Look.Kind kind, String fingerprint) {
        looks.put(new Look(kind, path), fingerprint);
    }

    private static String refused(TreeException e) {
        return "refused: " + e.getMessage();
    }

    private static boolean isLfsPointer(byte[] content) {
        if (content.length < LFS.length || content.length >= LFS_MAX_BYTES) {
            return false;
        }
        for (int i = 0; i < LFS.length; i++) {
            if (content[i] != LFS[i]) {
                return false;
            }
        }
        return true;
    }
}
