package io.wherry.hub.source;

import io.wherry.base.yaml.Position;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A folder on disk, read by the rules of a Git tree: what {@code wherry render DIR} reads.
 *
 * <p>So that a pipeline sees before a merge what the hub would say after it: links that leave the folder, submodules and LFS pointers are
 * refused alike, and {@code .git} is not part of the tree.
 */
public final class LocalTree implements SourceTree {
    private final TreeReader reader;

    private LocalTree(TreeReader reader) {
        this.reader = reader;
    }

    /** @throws TreeException if the folder is not there */
    public static LocalTree open(Path folder) {
        return new LocalTree(new TreeReader(LocalStore.open(folder)));
    }

    /** A place in the tree of this folder, as seen from where the person stands. */
    public static Position located(Path folder, Position at) {
        String name = folder.resolve(at.file()).normalize().toString();
        return new Position(name.isEmpty() ? "." : name, at.line(), at.column());
    }

    @Override
    public Optional<TreeFile> file(String path) {
        return reader.file(path);
    }

    @Override
    public Optional<List<String>> list(String path) {
        return reader.list(path);
    }

    @Override
    public ReadSet readSet() {
        return reader.readSet();
    }
}
