package io.wherry.agent.secrets;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import io.wherry.agent.runtime.SecretFile;
import io.wherry.base.Causes;
import io.wherry.contract.AgentId;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.StackId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder in memory that holds this agent's secrets in the clear: {@code FOLDER/AGENT/STACK/UID.VERSION.MODE}. It outlives the agent's process, since
 * containers that the engine restarts need it, and not the machine's.
 *
 * <p>Only the agent's user and root come into it (0700). A file is mounted by itself, so its own mode says who reads it inside of the container.
 */
public final class SecretFolder {
    /** File systems that are gone with the machine's power. */
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

    private static final Set<PosixFilePermission> CLOSED = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_WRITES = PosixFilePermissions.fromString("rw-------");

    private final Path folder;
    private final Path own;
    private final boolean onDisk;

    /**
     * @param folder as configured
     * @param onDisk whether the site takes it on a file system that is not in memory
     */
    public SecretFolder(Path folder, AgentId agent, boolean onDisk) {
        this.folder = folder.toAbsolutePath().normalize();
        this.own = this.folder.resolve(agent.value());
        this.onDisk = onDisk;
    }

    /** Where the files of this secret lie, without {@code .MODE}. */
    public Path base(StackId stack, SealedSecret secret) {
        return own.resolve(stack.value()).resolve(secret.uid() + "." + secret.version());
    }

    /** Makes the folder where there is none; the loops of several stacks may ask at once. @throws IOException naming what is wrong with it, and what would mend it */
    synchronized void requireUsable() throws IOException {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(requireNonNull(folder.getParent(), "secrets.folder: is a root"));
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(CLOSED));
            }
        } catch (IOException e) {
            throw new IOException(
                    "secrets.folder " + folder + ": cannot be made: " + Causes.words(e)
                            + "; make it for the agent's user, or choose another",
                    e);
        }
        String type = MountedOn.type(folder);
        if (!onDisk && !IN_MEMORY.contains(type)) {
            throw new IOException(
                    "secrets.folder " + folder + ": is on " + type
                            + ", where secrets would stay after a power cut (expected: a tmpfs; choose another folder, or set secrets.onDisk: allow)");
        }
        for (Path each : List.of(folder, own)) {
            if (!Files.exists(each, NOFOLLOW_LINKS)) {
                Files.createDirectory(each, PosixFilePermissions.asFileAttribute(CLOSED));
            }
            if (!Files.isDirectory(each, NOFOLLOW_LINKS)
                    || !CLOSED.containsAll(Files.getPosixFilePermissions(each, NOFOLLOW_LINKS))) {
                throw new IOException(
                        "secrets.folder: " + each
                                + " lets others in, or is no folder (expected: a folder of the agent's user, mode 0700; remove it and it is made anew)");
            }
        }
    }

    /** What the file holds; empty if it is not there, or is no file. */
    Optional<byte[]> read(Path file) throws IOException {
        return Files.isRegularFile(file, NOFOLLOW_LINKS) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    /**
     * Writes what is missing or differs. @return whether anything was
     *
     * <p>A file that differs is written in place: a container that has it mounted would not see another one under its name.
     */
    boolean place(SecretFile secret, byte[] value) throws IOException {
        requireUsable();
        boolean written = false;
        for (String mode : secret.modes()) {
            Path file = secret.file(mode);
            Path parent = requireNonNull(file.getParent(), "file: is a root");
            if (!Files.isDirectory(parent, NOFOLLOW_LINKS)) {
                Files.createDirectory(parent, PosixFilePermissions.asFileAttribute(CLOSED));
            }
            written |= place(file, value, permissions(mode));
        }
        return written;
    }

    private boolean place(Path file, byte[] value, Set<PosixFilePermission> mode) throws IOException {
        Optional<byte[]> found = read(file);
        if (found.isPresent() && MessageDigest.isEqual(found.get(), value)) {
            if (Files.getPosixFilePermissions(file).equals(mode)) {
                return false;
            }
            Files.setPosixFilePermissions(file, mode);
            return true;
        }
        if (found.isPresent()) {
            Files.setPosixFilePermissions(file, OWNER_WRITES);
            try (FileChannel channel = FileChannel.open(file, WRITE, TRUNCATE_EXISTING)) {
                write(channel, value);
            }
            Files.setPosixFilePermissions(file, mode);
            return true;
        }
        Files.deleteIfExists(file); // what an engine made where it missed a file: an empty folder, or a link
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh, Set.of(WRITE, CREATE_NEW), PosixFilePermissions.asFileAttribute(OWNER_WRITES))) {
            write(channel, value);
        }
        Files.setPosixFilePermissions(fresh, mode);
        Files.move(fresh, file, ATOMIC_MOVE);
        return true;
    }

    private static void write(FileChannel channel, byte[] value) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(value);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    /** {@code 0440} and its like, as the file system has it. */
    static Set<PosixFilePermission> permissions(String mode) {
        PosixFilePermission[] read = {
            PosixFilePermission.OWNER_READ, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ
        };
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < read.length; i++) {
            if (mode.charAt(i + 1) == '4') {
                permissions.add(read[i]);
            }
        }
        return permissions;
    }

    /** Removes what of the stack is not among these: versions that nothing runs with any more. */
    void keepOnly(StackId stack, List<SecretFile> kept) throws IOException {
        Path ofStack = own.resolve(stack.value());
        if (!Files.isDirectory(ofStack, NOFOLLOW_LINKS)) {
            return;
        }
        Set<Path> wanted = new HashSet<>();
        kept.forEach(secret -> secret.modes().forEach(mode -> wanted.add(secret.file(mode))));
        try (Stream<Path> files = Files.list(ofStack)) {
            for (Path file : files.filter(one -> !wanted.contains(one)).toList()) {
                Files.deleteIfExists(file);
            }
        }
        if (wanted.isEmpty()) {
            Files.deleteIfExists(ofStack);
        }
    }

    /** Overwritten and dropped by who used it: less of it in a memory dump. */
    static void forget(byte[] value) {
        Arrays.fill(value, (byte) 0);
    }
}
