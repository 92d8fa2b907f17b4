package io.wherry.hub.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A small file with a secret in it, or with a key. */
public final class PrivateFile {
    /** A key has some hundred bytes, a list of logins some kilobytes. */
    private static final int MAX_BYTES = 256 << 10;

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private PrivateFile() {}

    /** @throws TransferException if it cannot be read, or others can read it too */
    public static String secret(Path file) {
        String text = text(file);
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (!OWNER_ONLY.containsAll(mode)) {
                throw TransferException.unusable(
                        file + ": mode " + PosixFilePermissions.toString(mode) + " lets others read a secret",
                        "chmod 600 " + file);
            }
            return text;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** @throws TransferException if it cannot be read */
    static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw TransferException.usage(file + ": more than " + MAX_BYTES + " bytes", "is that the right file?");
            }
            return new String(bytes, UTF_8);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static TransferException unreadable(Path file, IOException e) {
        return TransferException.failed(
                file
                        + (e instanceof NoSuchFileException
                                ? " does not exist"
                                : " cannot be read: " + TransferException.words(e)),
                "",
                e);
    }
}
