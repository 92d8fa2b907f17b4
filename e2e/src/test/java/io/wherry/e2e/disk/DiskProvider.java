package io.wherry.e2e.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@code java.nio.file.Files} asks of a file system, as far as hub and agent use it. */
final class DiskProvider extends FileSystemProvider {
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final int OWN_UID = ownUid();

    private static int ownUid() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static DiskPath on(Path path) {
        return (DiskPath) path;
    }

    @Override
    public String getScheme() {
        return "disk";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException("a disk is made by its constructor");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException("a disk has no address");
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException("a disk has no address");
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        DiskPath at = on(path);
        boolean writes = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        if (!writes) {
            return new DiskChannel(at.disk(), at.disk().node(at), 0);
        }
        boolean mustBeNew = options.contains(StandardOpenOption.CREATE_NEW);
        Disk.Content content = at.disk()
                .open(
                        at,
                        mustBeNew || options.contains(StandardOpenOption.CREATE),
                        mustBeNew,
                        permissions(FILE, attributes));
        if (options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            at.disk().truncate(content, 0);
        }
        return new DiskChannel(
                at.disk(), content, options.contains(StandardOpenOption.APPEND) ? content.bytes.length : 0);
    }

    @SuppressWarnings("unchecked")
    private static Set<PosixFilePermission> permissions(
            Set<PosixFilePermission> otherwise, FileAttribute<?>... attributes) {
        for (FileAttribute<?> attribute : attributes) {
            if (attribute.name().equals("posix:permissions")) {
                return Set.copyOf((Set<PosixFilePermission>) attribute.value());
            }
        }
        return otherwise;
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        List<Path> paths =
                on(folder).disk().list(on(folder)).stream().map(folder::resolve).toList();
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return paths.iterator();
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        on(folder).disk().makeFolder(on(folder), permissions(FOLDER, attributes));
    }

    @Override
    public void delete(Path path) throws IOException {
        on(path).disk().delete(on(path));
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) {
        throw new UnsupportedOperationException("copy: nobody who must survive a power cut copies");
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        boolean replaces = List.of(options).contains(StandardCopyOption.REPLACE_EXISTING)
                || List.of(options).contains(StandardCopyOption.ATOMIC_MOVE);
        if (!replaces && Files.exists(to)) {
            throw new FileAlreadyExistsException(to.toString());
        }
        on(from).disk().move(on(from), on(to));
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return on(one).disk().node(on(one)) == on(other).disk().node(on(other));
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException("a disk in memory is never full");
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        on(path).disk().node(on(path));
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        DiskAttributes.View view = new DiskAttributes.View(on(path));
        return type.isInstance(view) ? type.cast(view) : null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return type.cast(new DiskAttributes(on(path).disk().node(on(path))));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        on(path).disk().node(on(path));
        if (attributes.equals("unix:uid")) {
            return Map.of("uid", OWN_UID);
        }
        throw new UnsupportedOperationException("attributes: " + attributes + " (expected: unix:uid)");
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException("attribute: " + attribute + " (expected: none is set)");
    }
}
