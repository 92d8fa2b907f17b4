package io.wherry.hub.source;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.wherry.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The entries of a folder on disk. Never lets the operating system follow a link: {@link TreeWalker} does, and stays inside. */
final class LocalStore implements TreeStore {
    private static final String GIT = ".git";

    private final Path root;

    private LocalStore(Path root) {
        this.root = root;
    }

    static LocalStore open(Path folder) {
        try {
            Path root = folder.toRealPath(); // links above the root are the caller's own business
            if (!Files.isDirectory(root)) {
                throw new TreeException("", "not a folder");
            }
            return new LocalStore(root);
        } catch (NoSuchFileException e) {
            throw new TreeException("", "no such folder");
        } catch (IOException e) {
            throw unreadable("", e);
        }
    }

    @Override
    public TreeEntry.Folder root() {
        return new TreeEntry.Folder(root.toString());
    }

    @Override
    public Optional<TreeEntry> find(TreeEntry.Folder folder, String path, String name) {
        if (name.equals(GIT)) {
            return Optional.empty();
        }
        try {
            Path file = Path.of(folder.id(), name);
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class, NOFOLLOW_LINKS);
            return Optional.of(entry(file, attributes));
        } catch (NoSuchFileException | InvalidPathException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(path.isEmpty() ? name : path + "/" + name, e);
        }
    }

    private static TreeEntry entry(Path file, PosixFileAttributes attributes) throws IOException {
        if (attributes.isSymbolicLink()) {
            return new TreeEntry.Link(Files.readSymbolicLink(file).toString());
        }
        if (attributes.isDirectory()) {
            return Files.exists(file.resolve(GIT), NOFOLLOW_LINKS)
                    ? new TreeEntry.Submodule("a commit of its own")
                    : new TreeEntry.Folder(file.toString());
        }
        if (!attributes.isRegularFile()) {
            return new TreeEntry.Unreadable("a device, a pipe or a socket");
        }
        return new TreeEntry.File(
                file.toString(), attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE));
    }

    @Override
    public List<String> names(TreeEntry.Folder folder, String path) {
        try (Stream<Path> files = Files.list(Path.of(folder.id()))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.equals(GIT))
                    .toList();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    @Override
    public byte[] content(TreeEntry.File file, String path) {
        try (InputStream in = Files.newInputStream(Path.of(file.id()), NOFOLLOW_LINKS)) {
            byte[] content = in.readNBytes(TreeFile.MAX_BYTES + 1);
            if (content.length > TreeFile.MAX_BYTES) {
                throw TreeException.tooLarge(path, Files.size(Path.of(file.id())));
            }
            return content;
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    @Override
    public String fingerprint(TreeEntry.File file, String path) {
        String mode = file.executable() ? "100755 " : "100644 ";
        try (InputStream in = Files.newInputStream(Path.of(file.id()), NOFOLLOW_LINKS)) {
            return mode + Digest.of(in).hex();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static TreeException unreadable(String path, IOException e) {
        return new TreeException(path, "\"" + path + "\" cannot be read: " + e.getMessage(), e);
    }
}
