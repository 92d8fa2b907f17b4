package io.wherry.hub.db;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.wherry.base.Causes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The right to be the one hub of a data folder, held until closed or until the process ends.
 *
 * <p>A lock of the operating system and no pid file: it cannot be left behind by a crash.
 */
public final class DataFolderLock implements AutoCloseable {
    private static final String NAME = "hub.lock";

    private final FileChannel channel;

    private DataFolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws DataFolderInUse   if another hub has it
     * @throws DatabaseException if the lock file cannot be written
     */
    public static DataFolderLock take(Path folder) {
        FileChannel channel = open(folder);
        boolean taken = false;
        try {
            FileLock lock = channel.tryLock();
            taken = lock != null;
            if (!taken) {
                throw new DataFolderInUse(folder);
            }
            return new DataFolderLock(channel);
        } catch (OverlappingFileLockException e) {
            throw new DataFolderInUse(folder); // held by this very process
        } catch (IOException e) {
            throw new DatabaseException(folder + ": cannot be locked: " + Causes.words(e), e);
        } finally {
            if (!taken) {
                close(channel);
            }
        }
    }

    private static FileChannel open(Path folder) {
        Path file = folder.resolve(NAME);
        try {
            return FileChannel.open(
                    file,
                    Set.of(CREATE, WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new DatabaseException(
                    file + ": cannot be opened for the lock: " + Causes.words(e)
                            + " (may this user write in the data folder?)",
                    e);
        }
    }

    @Override
    public void close() {
        close(channel);
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new DatabaseException("data folder: the lock cannot be given back: " + Causes.words(e), e);
        }
    }
}
