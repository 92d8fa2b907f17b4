package io.wherry.agent.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.wherry.base.Causes;
import io.wherry.base.FolderOwner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The agent's state folder: its owner's alone (0700), and used by one process at a time.
 *
 * <p>The lock is the kernel's, so a killed agent leaves none behind. The name and process id in the lock file are for the message only.
 */
public final class StateFolder implements AutoCloseable {
    /** The file by which an agent holds the folder; there from its first use on. */
    public static final String LOCK = "lock";

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final int MAX_HOLDER_BYTES = 256;

    /** A technician's command holds the folder for a moment where no daemon runs: a daemon that starts just then waits for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Path root;
    private final FileChannel channel;

    private StateFolder(Path root, FileChannel channel) {
        this.root = root;
        this.channel = channel;
    }

    /**
     * Creates the folder if it is not there, checks owner and mode, and takes the lock, waiting for it for a few seconds.
     *
     * @param holder how this agent is called, for the message the next one gets
     * @throws StateException if somebody else owns it or goes on holding it
     */
    public static StateFolder open(Path root, String holder) {
        Path folder = root.toAbsolutePath().normalize();
        try {
            if (!Files.exists(folder)) {
                Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            checkOwner(folder, FolderOwner.ownUid());
            return lock(folder, holder);
        } catch (IOException e) {
            throw StateException.disk(
                    "state folder " + folder + ": cannot be used: " + Causes.named(e)
                            + "; give the agent's user access to it, or choose another with --data",
                    e);
        }
    }

    /** Whether somebody holds the folder. Others may ask at the same time: what is tried is a shared lock. */
    public static boolean isLocked(Path root) {
        Path file = root.resolve(LOCK);
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, READ, WRITE);
                FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            throw StateException.disk("state folder " + root + ": its lock cannot be read: " + Causes.named(e), e);
        }
    }

    public Path root() {
        return root;
    }

    public Path resolve(String name) {
        return root.resolve(name);
    }

    /** A folder below this one, created for the owner alone. */
    public Path folder(String name) {
        Path folder = root.resolve(name);
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
        } catch (IOException e) {
            throw StateException.disk("state folder " + folder + ": cannot be created: " + Causes.named(e), e);
        }
        return folder;
    }

    /**
     * In a folder of another user nothing can be seen, not even that there is nothing in it.
     *
     * @throws StateException if the folder is there, and is one
     */
    static void requireOwn(Path root) {
        Path folder = root.toAbsolutePath().normalize();
        if (Files.notExists(folder)) {
            return;
        }
        try {
            checkUid(folder, FolderOwner.ownUid());
        } catch (IOException e) {
            throw StateException.disk("state folder " + folder + ": cannot be looked at: " + Causes.named(e), e);
        }
    }

    private static void checkUid(Path folder, int ownUid) throws IOException {
        Optional<String> another = FolderOwner.another(folder, ownUid, "agent");
        if (another.isPresent()) {
            throw StateException.notAllowed("state folder " + folder + ": " + another.get());
        }
    }

    static void checkOwner(Path folder, int ownUid) throws IOException {
        checkUid(folder, ownUid);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw StateException.notAllowed("state folder " + folder + ": not a directory; choose another with --data");
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
        if (!OWNER_ONLY.containsAll(mode)) {
            throw StateException.notAllowed("state folder " + folder + ": mode " + PosixFilePermissions.toString(mode)
                    + " lets others in, and it holds the agent's keys; run: chmod 700 " + folder);
        }
    }

    private static StateFolder lock(Path folder, String holder) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve(LOCK),
                Set.of(CREATE, READ, WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        if (!await(channel)) {
            String who = readHolder(channel);
            channel.close();
            throw StateException.inUse("state folder " + folder + ": in use by " + who
                    + "; stop that one first, or give this one a folder of its own with --data");
        }
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(("agent \"" + holder + "\" (process "
                                + ProcessHandle.current().pid() + ")")
                        .getBytes(UTF_8)),
                0);
        return new StateFolder(folder, channel);
    }

    private static boolean await(FileChannel channel) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isTaken(channel)) {
            if (System.nanoTime() > end) {
                return false;
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // this very process holds it
        }
    }

    private static String readHolder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_HOLDER_BYTES);
        channel.read(text, 0);
        String who = new String(text.array(), 0, text.position(), UTF_8);
        return who.isBlank() ? "another agent" : who;
    }

    /** Gives the lock back. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw StateException.disk(
                    "state folder " + root + ": its lock cannot be given back: " + Causes.named(e), e);
        }
    }
}
