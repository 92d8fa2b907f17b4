package io.wherry.hub.cli;

import io.wherry.base.Causes;
import io.wherry.base.ExitCode;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.Delivery;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opens a bundle file or receipts file; whatever is wrong with it ends the command with words. */
final class FileOnDisk {
    private FileOnDisk() {}

    static BundleFile open(Path file, Delivery.Kind expected) {
        try {
            BundleFile opened = BundleFile.open(file);
            if (opened.delivery().kind() != expected) {
                opened.close();
                throw new BundleFileException("is " + opened.delivery().kind() + " (expected: " + expected + ")");
            }
            return opened;
        } catch (BundleFileException e) {
            throw damaged(file, e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static CliException damaged(Path file, Exception e) {
        return new CliException(ExitCode.VERIFICATION_FAILED, file + ": " + e.getMessage(), "");
    }

    static CliException unreadable(Path file, IOException e) {
        return e instanceof NoSuchFileException
                ? new CliException(ExitCode.NOT_FOUND, file + " does not exist", "")
                : new CliException(ExitCode.FAILED, file + " cannot be read: " + Causes.words(e), "");
    }
}
