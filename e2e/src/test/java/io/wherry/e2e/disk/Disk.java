package io.wherry.e2e.disk;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that knows what is written and what is safe: bytes are safe once their file was forced, names once their folder was.
 *
 * <p>{@link #cutPower} keeps of everything else whatever chance wants, name by name and file by file: less than any real file system promises, so what
 * survives here survives on them all. Orders are those of creation, never of names, so that equal histories lose the same.
 */
public final class Disk {
    private final Runnable beforeChange;
    private final Room room;
    private final Folder root = new Folder(EnumSet.allOf(PosixFilePermission.class));
    private final DiskFiles files = new DiskFiles(this);

    /** Says whether there is room for what takes some. */
    @FunctionalInterface
    public interface Room {
        /**
         * @param path under which the file or folder is made, or was made when it was written to
         * @throws IOException if there is none: nothing is made, and of what is written one half
         */
        void take(String path) throws IOException;
    }

    /** A file or a folder, apart from its names. */
    sealed interface Node {
        Set<PosixFilePermission> permissions();
    }

    /** A file's bytes, and those that are safe. */
    static final class Content implements Node {
        byte[] bytes = {};
        byte[] safe = {};
        boolean dirty;
        long modifiedMs;
        Set<PosixFilePermission> permissions;
        private final String madeAs;

        Content(String madeAs, Set<PosixFilePermission> permissions) {
            this.madeAs = madeAs;
            this.permissions = permissions;
        }

        @Override
        public Set<PosixFilePermission> permissions() {
            return permissions;
        }

        /** What a power cut leaves of bytes that were not forced: the old ones, the new ones, a part, or zeros where blocks were not written yet. */
        private void lose(Random random) {
            if (!dirty) {
                return;
            }
            int whole = (int) (random.nextDouble() * bytes.length);
            bytes = switch (random.nextInt(4)) {
                case 0 -> safe;
                case 1 -> bytes;
                case 2 -> Arrays.copyOf(bytes, whole);
                default -> Arrays.copyOf(Arrays.copyOf(bytes, whole), bytes.length);
            };
            safe = bytes;
            dirty = false;
        }
    }

    /** Names, and those that are safe. */
    static final class Folder implements Node {
        private Map<String, Node> names = new LinkedHashMap<>();
        private Map<String, Node> safe = new LinkedHashMap<>();
        private final Set<PosixFilePermission> permissions;

        Folder(Set<PosixFilePermission> permissions) {
            this.permissions = permissions;
        }

        @Override
        public Set<PosixFilePermission> permissions() {
            return permissions;
        }

        private void lose(Random random) {
            Set<String> all = new LinkedHashSet<>(safe.keySet());
            all.addAll(names.keySet());
            Map<String, Node> left = new LinkedHashMap<>();
            for (String name : all) {
                Node before = safe.get(name);
                Node now = names.get(name);
                Node kept = before == now || random.nextBoolean() ? before : now;
                if (kept != null) {
                    left.put(name, kept);
                }
            }
            names = left;
            safe = new LinkedHashMap<>(left);
            for (Node node : left.values()) {
                switch (node) {
                    case Content content -> content.lose(random);
                    case Folder folder -> folder.lose(random);
                }
            }
        }
    }

    /** @param beforeChange called before each change of the disk; what it throws, the change did not happen */
    public Disk(Runnable beforeChange) {
        this(beforeChange, _ -> {});
    }

    /** @param room asked before each change that takes some; deleting, renaming and syncing take none */
    public Disk(Runnable beforeChange, Room room) {
        this.beforeChange = beforeChange;
        this.room = room;
    }

    /** A path on this disk, as from {@code /}. */
    public Path path(String absolute) {
        return files.getPath(absolute);
    }

    /** The machine stops: what was not synced may be gone, or half there. */
    public synchronized void cutPower(Random random) {
        root.lose(random);
    }

    synchronized Node node(DiskPath path) throws NoSuchFileException {
        Node node = find(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    private @Nullable Node find(DiskPath path) {
        Node node = root;
        for (Path name : path.toAbsolutePath().normalize()) {
            if (!(node instanceof Folder folder)) {
                return null;
            }
            node = folder.names.get(name.toString());
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    private Folder parent(DiskPath path) throws NoSuchFileException {
        DiskPath absolute = path.toAbsolutePath().normalize();
        DiskPath parent = absolute.getParent();
        if (parent != null && find(parent) instanceof Folder folder) {
            return folder;
        }
        throw new NoSuchFileException(path.toString());
    }

    private static String name(DiskPath path) {
        return String.valueOf(path.toAbsolutePath().normalize().getFileName());
    }

    /** The content of a file, made if asked for. */
    synchronized Content open(DiskPath path, boolean make, boolean mustBeNew, Set<PosixFilePermission> permissions)
            throws IOException {
        Node node = find(path);
        if (node == null && make) {
            beforeChange.run();
            room.take(path.toString());
            Content made = new Content(path.toString(), permissions);
            parent(path).names.put(name(path), made);
            return made;
        }
        if (node != null && mustBeNew) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if (node instanceof Content content) {
            return content;
        }
        throw new NoSuchFileException(path.toString());
    }

    synchronized void makeFolder(DiskPath path, Set<PosixFilePermission> permissions) throws IOException {
        if (find(path) != null) {
            throw new FileAlreadyExistsException(path.toString());
        }
        beforeChange.run();
        room.take(path.toString());
        parent(path).names.put(name(path), new Folder(permissions));
    }

    synchronized void delete(DiskPath path) throws IOException {
        if (node(path) instanceof Folder folder && !folder.names.isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        beforeChange.run();
        parent(path).names.remove(name(path));
    }

    synchronized void move(DiskPath from, DiskPath to) throws IOException {
        Node node = node(from);
        beforeChange.run();
        parent(to).names.put(name(to), node);
        parent(from).names.remove(name(from));
    }

    synchronized List<String> list(DiskPath path) throws IOException {
        if (node(path) instanceof Folder folder) {
            return new ArrayList<>(folder.names.keySet());
        }
        throw new NotDirectoryException(path.toString());
    }

    /** Replaces part of a file's bytes, extending it where they go beyond its end. */
    synchronized void write(Content content, int at, byte[] bytes) throws IOException {
        beforeChange.run();
        try {
            room.take(content.madeAs);
        } catch (IOException e) {
            put(
                    content,
                    at,
                    Arrays.copyOf(bytes, bytes.length / 2)); // as a kernel does: a short write, and then the error
            throw e;
        }
        put(content, at, bytes);
    }

    private static void put(Content content, int at, byte[] bytes) {
        byte[] next = Arrays.copyOf(content.bytes, Math.max(content.bytes.length, at + bytes.length));
        System.arraycopy(bytes, 0, next, at, bytes.length);
        content.bytes = next;
        content.dirty = true;
    }

    synchronized void truncate(Content content, int size) {
        if (size < content.bytes.length) {
            beforeChange.run();
            content.bytes = Arrays.copyOf(content.bytes, size);
            content.dirty = true;
        }
    }

    /** Makes a file's bytes safe, or a folder's names. */
    synchronized void force(Node node) {
        beforeChange.run();
        switch (node) {
            case Content content -> {
                content.safe = content.bytes;
                content.dirty = false;
            }
            case Folder folder -> folder.safe = new LinkedHashMap<>(folder.names);
        }
    }
}
