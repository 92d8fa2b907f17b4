package io.wherry.e2e.fuzz;

import io.wherry.hub.source.ReadSet;
import io.wherry.hub.source.SourceTree;
import io.wherry.hub.source.TreeFile;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A repository of one file. */
record OneFileTree(String name, byte[] content) implements SourceTree {
    @Override
    public Optional<TreeFile> file(String path) {
        return path.equals(name) ? Optional.of(new TreeFile(path, content, false)) : Optional.empty();
    }

    @Override
    public Optional<List<String>> list(String path) {
        return path.isEmpty() ? Optional.of(List.of(name)) : Optional.empty();
    }

    @Override
    public ReadSet readSet() {
        return new ReadSet(new TreeMap<>());
    }
}
