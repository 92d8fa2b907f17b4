package io.wherry.hub.render.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.hub.source.ReadSet;
import io.wherry.hub.source.SourceTree;
import io.wherry.hub.source.TreeException;
import io.wherry.hub.source.TreeFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A tree in memory: what a test says it holds. A file whose content begins with {@code LINK OUT} is a link that leaves the tree. */
public final class MemoryTree implements SourceTree {
    private final SortedMap<String, byte[]> files = new TreeMap<>();
    private final SortedMap<ReadSet.Look, String> looks = new TreeMap<>();

    public static MemoryTree of(Map<String, String> texts) {
        MemoryTree tree = new MemoryTree();
        texts.forEach((path, text) -> tree.files.put(path, text.getBytes(UTF_8)));
        return tree;
    }

    public MemoryTree put(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    @Override
    public Optional<TreeFile> file(String path) {
        byte[] content = files.get(path);
        looks.put(new ReadSet.Look(ReadSet.Look.Kind.FILE, path), content == null ? ReadSet.ABSENT : "present");
        if (content == null) {
            return Optional.empty();
        }
        if (new String(content, UTF_8).startsWith("LINK OUT")) {
            throw new TreeException(
                    path, path + ": a symbolic link that leaves the repository (expected: one that stays inside)");
        }
        return Optional.of(new TreeFile(path, content, path.endsWith(".sh")));
    }

    @Override
    public Optional<List<String>> list(String path) {
        TreeSet<String> names = new TreeSet<>();
        String prefix = path.isEmpty() ? "" : path + "/";
        for (String file : files.keySet()) {
            if (file.startsWith(prefix)) {
                String rest = file.substring(prefix.length());
                int slash = rest.indexOf('/');
                names.add(slash < 0 ? rest : rest.substring(0, slash + 1));
            }
        }
        looks.put(new ReadSet.Look(ReadSet.Look.Kind.LISTING, path), names.isEmpty() ? ReadSet.ABSENT : "present");
        return names.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(names));
    }

    @Override
    public ReadSet readSet() {
        return new ReadSet(looks);
    }
}
