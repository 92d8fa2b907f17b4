package io.wherry.hub.source;

import io.wherry.base.Causes;
import io.wherry.hub.source.GitFolders.Item;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/** The entries of one root folder in Git's object database. Modes 120000 and 160000 are told apart here, before anything is read. */
final class GitStore implements TreeStore {

    /** A path on Linux has at most 4,096 bytes; a longer link is no path. */
    private static final int MAX_LINK_BYTES = 4096;

    private final GitFolders folders;
    private final ObjectId root;

    GitStore(GitFolders folders, ObjectId root) {
        this.folders = folders;
        this.root = root.copy();
    }

    @Override
    public TreeEntry.Folder root() {
        return new TreeEntry.Folder(root.name());
    }

    @Override
    public Optional<TreeEntry> find(TreeEntry.Folder folder, String path, String name) {
        Item item = folders.open(ObjectId.fromString(folder.id()), path).get(name);
        return item == null ? Optional.empty() : Optional.of(entry(item, path.isEmpty() ? name : path + "/" + name));
    }

    private TreeEntry entry(Item item, String path) {
        return switch (item.mode() & FileMode.TYPE_MASK) {
            case FileMode.TYPE_TREE -> new TreeEntry.Folder(item.id().name());
            case FileMode.TYPE_FILE -> new TreeEntry.File(item.id().name(), (item.mode() & 0111) != 0);
            case FileMode.TYPE_SYMLINK -> new TreeEntry.Link(target(item.id(), path));
            case FileMode.TYPE_GITLINK -> new TreeEntry.Submodule(item.id().name());
            default -> new TreeEntry.Unreadable("an entry of the unknown mode " + Integer.toOctalString(item.mode()));
        };
    }

    private String target(ObjectId link, String path) {
        byte[] bytes = read(link, path, MAX_LINK_BYTES);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public List<String> names(TreeEntry.Folder folder, String path) {
        return List.copyOf(folders.open(ObjectId.fromString(folder.id()), path).keySet());
    }

    @Override
    public byte[] content(TreeEntry.File file, String path) {
        return read(ObjectId.fromString(file.id()), path, TreeFile.MAX_BYTES);
    }

    @Override
    public String fingerprint(TreeEntry.File file, String path) {
        return (file.executable() ? "100755 " : "100644 ") + file.id();
    }

    private byte[] read(ObjectId id, String path, int limitBytes) {
        try (ObjectReader reader = folders.reader()) {
            ObjectLoader blob = reader.open(id, Constants.OBJ_BLOB);
            if (blob.getSize() > limitBytes) {
                throw TreeException.tooLarge(path, blob.getSize());
            }
            return blob.getBytes(limitBytes);
        } catch (IOException e) {
            throw new TreeException(path, "\"" + path + "\" cannot be read from the mirror: " + Causes.words(e), e);
        }
    }
}
