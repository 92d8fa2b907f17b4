package io.wherry.e2e.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A path on a {@link Disk}: spelled like one of the machine's own, which does the arithmetic. */
final class DiskPath implements Path {
    private final DiskFiles files;
    private final Path spelled;

    DiskPath(DiskFiles files, Path spelled) {
        this.files = files;
        this.spelled = spelled;
    }

    private DiskPath of(Path other) {
        return new DiskPath(files, other);
    }

    private @Nullable DiskPath orNull(@Nullable Path other) {
        return other == null ? null : of(other);
    }

    private static Path spelled(Path other) {
        return ((DiskPath) other).spelled;
    }

    Disk disk() {
        return files.disk();
    }

    @Override
    public FileSystem getFileSystem() {
        return files;
    }

    @Override
    public boolean isAbsolute() {
        return spelled.isAbsolute();
    }

    @Override
    public @Nullable DiskPath getRoot() {
        return orNull(spelled.getRoot());
    }

    @Override
    public @Nullable DiskPath getFileName() {
        return orNull(spelled.getFileName());
    }

    @Override
    public @Nullable DiskPath getParent() {
        return orNull(spelled.getParent());
    }

    @Override
    public int getNameCount() {
        return spelled.getNameCount();
    }

    @Override
    public DiskPath getName(int index) {
        return of(spelled.getName(index));
    }

    @Override
    public DiskPath subpath(int begin, int end) {
        return of(spelled.subpath(begin, end));
    }

    @Override
    public boolean startsWith(Path other) {
        return spelled.startsWith(spelled(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return spelled.endsWith(spelled(other));
    }

    @Override
    public DiskPath normalize() {
        return of(spelled.normalize());
    }

    @Override
    public DiskPath resolve(Path other) {
        return of(spelled.resolve(spelled(other)));
    }

    @Override
    public DiskPath relativize(Path other) {
        return of(spelled.relativize(spelled(other)));
    }

    @Override
    public URI toUri() {
        return URI.create("disk:" + toAbsolutePath());
    }

    @Override
    public DiskPath toAbsolutePath() {
        return spelled.isAbsolute() ? this : of(Path.of("/").resolve(spelled));
    }

    @Override
    public DiskPath toRealPath(LinkOption... options) throws IOException {
        DiskPath real = toAbsolutePath().normalize();
        disk().node(real);
        return real;
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("a disk in memory is not watched");
    }

    @Override
    public int compareTo(Path other) {
        return spelled.compareTo(spelled(other));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DiskPath path && path.files == files && path.spelled.equals(spelled);
    }

    @Override
    public int hashCode() {
        return Objects.hash(System.identityHashCode(files), spelled);
    }

    @Override
    public String toString() {
        return spelled.toString();
    }
}
