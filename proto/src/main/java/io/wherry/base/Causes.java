package io.wherry.base;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why something failed, in words. The JDK's own message for a file that may not be read is the file's name and no more. */
public final class Causes {
    private Causes() {}

    /** For a sentence that names the thing already: {@code FILE cannot be read: permission denied}. Never null or empty, never the name of a class. */
    public static String words(Throwable e) {
        return switch (e) {
            case NoSuchFileException gone -> gone(gone.getFile());
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "it exists already";
            case DirectoryNotEmptyException _ -> "the folder is not empty";
            case NotDirectoryException _ -> "it is no folder";
            case FileSystemException disk when disk.getReason() != null -> explained(disk.getReason());
            case CharacterCodingException _ -> "it is not UTF-8 text";
            case UnknownHostException host
            when host.getMessage() != null -> "host " + host.getMessage() + " is not known";
            case EOFException end when end.getMessage() == null -> "it ends too early";
            case UncheckedIOException wrapped
            when wrapped.getMessage() == null || isNoMore(wrapped) -> named(Objects.requireNonNull(wrapped.getCause()));
            default -> said(e);
        };
    }

    /** The same with the file that the disk's error is about, where the sentence does not name it. */
    public static String named(Throwable e) {
        String file = e instanceof FileSystemException disk && disk.getFile() != null ? disk.getFile() + ": " : "";
        return file + words(e);
    }

    /** Who writes a file where no folder is wants to know of the folder. */
    private static String gone(@Nullable String file) {
        Path folder = file == null ? null : Path.of(file).toAbsolutePath().getParent();
        return folder == null || Files.exists(folder) ? "it does not exist" : "folder " + folder + " does not exist";
    }

    /** Whether an exception only carries another one, whose class it names. */
    private static boolean isNoMore(Throwable e) {
        return e.getCause() != null && e.getCause().toString().equals(e.getMessage());
    }

    private static String said(Throwable e) {
        if (e.getCause() instanceof IOException cause && isNoMore(e)) {
            return words(cause);
        }
        String message = e.getMessage();
        return message == null || message.isBlank() ? kind(e) : explained(message);
    }

    /** What the kernel says too briefly for whoever carries files on sticks, which come with FAT on them. */
    private static String explained(String message) {
        return message.endsWith("File too large")
                ? message + " for its file system (FAT ends at 4 GiB; exFAT and ext4 do not)"
                : message;
    }

    /** {@code ClosedChannelException} says nothing else of itself: closed channel. */
    private static String kind(Throwable e) {
        return e.getClass()
                .getSimpleName()
                .replaceFirst("(Exception|Error)$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }
}
