package io.wherry.agent.state;

import static java.util.Objects.requireNonNull;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes small files durably; on a full disk it gives up the ballast and tries once more. */
public final class DurableStore {
    private final Ballast ballast;

    public DurableStore(StateFolder folder) {
        this.ballast = new Ballast(folder.resolve("ballast"));
    }

    public Ballast ballast() {
        return ballast;
    }

    /** Replaces a file. @throws StateException naming it, if the disk refuses even without the ballast */
    public void write(Path file, byte[] bytes) {
        try {
            DurableFiles.write(file, bytes);
        } catch (IOException first) {
            if (!ballast.release()) {
                throw failed(file, first);
            }
            try {
                DurableFiles.write(file, bytes);
            } catch (IOException second) {
                second.addSuppressed(first);
                throw failed(file, second);
            }
        }
    }

    /** @throws StateException naming the file */
    public static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw StateException.disk(file + ": cannot be read: " + Causes.words(e), e);
        }
    }

    /** Deletes a file, durably; nothing happens if it is not there. */
    public static void delete(Path file) {
        try {
            if (Files.deleteIfExists(file)) {
                DurableFiles.syncDirectory(requireNonNull(file.toAbsolutePath().getParent(), "file: is a root"));
            }
        } catch (IOException e) {
            throw StateException.disk(file + ": cannot be deleted: " + Causes.words(e), e);
        }
    }

    private static StateException failed(Path file, IOException e) {
        return StateException.disk(file + ": cannot be written: " + why(e), e);
    }

    /** Without the name of the temporary file, which is another one each time: the same trouble reads the same. */
    private static String why(IOException e) {
        return e instanceof FileSystemException at && at.getReason() != null
                ? at.getReason()
                : String.valueOf(e.getMessage());
    }
}
