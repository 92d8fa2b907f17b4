package io.wherry.hub.transfer;

import static java.util.Objects.requireNonNull;

import io.wherry.base.Causes;
import io.wherry.base.FileTree;
import io.wherry.base.ShutdownHook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Room for what comes and goes; nobody else reads it. */
final class Folders {
    private Folders() {}

    /** A new one beside a file that is to be made: there is room for both, or for neither. */
    static Path beside(Path file) {
        try {
            Path parent = requireNonNull(file.getParent(), "parent");
            return Files.createTempDirectory(parent, "." + file.getFileName() + ".");
        } catch (IOException e) {
            throw TransferException.failed(
                    file + " cannot be written: " + Causes.words(e), "is there room, and may you write there?", e);
        }
    }

    /** Deletes a file, or a folder with all that is in it; never follows a link. */
    static void delete(Path folder) {
        try {
            FileTree.delete(folder);
        } catch (IOException e) {
            throw undeleted(folder, e);
        }
    }

    /** Has them deleted too where the command is broken off. What is still being written there meanwhile may have to be deleted twice. */
    static ShutdownHook.Armed tidied(Path... paths) {
        return ShutdownHook.during("transfer-tidy", () -> {
            for (Path path : paths) {
                try {
                    delete(path);
                } catch (TransferException once) {
                    delete(path);
                }
            }
        });
    }

    private static TransferException undeleted(Path folder, IOException e) {
        return TransferException.failed(
                folder + " cannot be deleted: " + TransferException.words(e), "delete it by hand", e);
    }
}
