package io.wherry.base;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * Files that survive a power cut: whole and new, or whole and old, never between.
 *
 * <p>Temporary file, fsync, atomic move, fsync of the directory. An fsync that fails is not tried again: after it the kernel may have dropped
 * the pages and a second call would report success for bytes that are gone.
 */
public final class DurableFiles {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");

    private DurableFiles() {}

    /** Replaces the file by these bytes, readable by the owner alone (0600). */
    public static void write(Path file, byte[] bytes) throws IOException {
        write(file, bytes, OWNER_ONLY);
    }

    /** Replaces the file by these bytes, readable by everyone (0644): certificates, configuration without secrets. */
    public static void writeReadable(Path file, byte[] bytes) throws IOException {
        write(file, bytes, READABLE);
    }

    /** Replaces the file by these bytes, with exactly this mode. */
    public static void write(Path file, byte[] bytes, Set<PosixFilePermission> mode) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IllegalArgumentException("file: " + file + " (expected: a path below a directory)");
        }
        Path temporary = directory.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        FileAttribute<Set<PosixFilePermission>> permissions = PosixFilePermissions.asFileAttribute(mode);
        try {
            try (FileChannel channel = FileChannel.open(temporary, Set.of(CREATE_NEW, WRITE), permissions)) {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.setPosixFilePermissions(temporary, mode); // the process's umask may have taken bits away
            replace(temporary, file);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        syncDirectory(directory);
    }

    /** A name beside a file for what is to take its place once it is whole. One of its own: nobody's other file is written over. */
    public static Path beside(Path file) {
        return file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
    }

    /** Moves a file that was already synced to its final name, durably. */
    public static void move(Path from, Path to) throws IOException {
        replace(from, to);
        Path directory = to.toAbsolutePath().getParent();
        if (directory != null) {
            syncDirectory(directory);
        }
    }

    /** A move takes the name of whatever has it: root, who writes to {@code /dev/null}, would leave every program of the machine without one. */
    private static void replace(Path from, Path to) throws IOException {
        if (Files.exists(to, NOFOLLOW_LINKS)
                && Files.readAttributes(to, BasicFileAttributes.class, NOFOLLOW_LINKS)
                        .isOther()) {
            throw new FileSystemException(
                    to.toString(), null, "is a device, a pipe or a socket, which no file replaces (name a file)");
        }
        Files.move(from, to, ATOMIC_MOVE, REPLACE_EXISTING);
    }

    /** Makes the names in a directory durable: without it a renamed file can be gone after a power cut. */
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        }
    }
}
