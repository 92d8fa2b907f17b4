package io.wherry.hub.backup;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.base.ExitCode;
import io.wherry.base.Progress;
import io.wherry.contract.Digest;
import io.wherry.hub.backup.Contents.Item;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The form of a backup: a line {@code wherry-backup 1 LENGTH}, the list of that length, a line with the list's SHA-256, then the contents of the files
 * one after the other (docs/reference/backup-file.md). Every byte stands under a digest, and the length is known from the list alone.
 */
final class BackupFile {
    /** Of the form. Another one is refused: what it means is not known here. */
    private static final int FORMAT = 1;

    private static final String MAGIC = "wherry-backup ";

    /** {@code wherry-backup 1 33554432} and some room for a form to come. */
    private static final int LINE_BYTES = 80;

    private static final int CHUNK = 64 << 10;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final Contents contents;
    private final long begin;

    private BackupFile(Path path, Contents contents, long begin) {
        this.path = path;
        this.contents = contents;
        this.begin = begin;
    }

    /**
     * Writes a backup, mode 0600: under a temporary name, synced, then renamed.
     *
     * @param sources where the bytes of each file of the list are
     * @throws BackupException if a file is no longer what the list says
     */
    static void write(Path target, Contents contents, Map<String, Path> sources, Progress progress) throws IOException {
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        byte[] list = contents.toBytes();
        if (list.length > Contents.MAX_LIST_BYTES) {
            throw BackupException.blocked("the list of " + contents.files().size() + " files has " + list.length
                    + " bytes (expected: at most " + Contents.MAX_LIST_BYTES + ")");
        }
        try {
            try (FileChannel channel = FileChannel.open(
                            temporary, Set.of(CREATE_NEW, WRITE), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
                    OutputStream out = Channels.newOutputStream(channel)) {
                out.write((MAGIC + FORMAT + " " + list.length + "\n").getBytes(US_ASCII));
                out.write(list);
                out.write(("\n" + Digest.of(list) + "\n").getBytes(US_ASCII));
                Progress.Bytes written =
                        new Progress.Bytes(progress, "writing " + target.getFileName(), contents.bytes());
                for (Item file : contents.files()) {
                    Path source = java.util.Objects.requireNonNull(sources.get(file.name()), file.name());
                    try (InputStream in = written.counted(Files.newInputStream(source))) {
                        if (!copy(in, out, file.size()).equals(file.digest()) || in.read() >= 0) {
                            throw BackupException.blocked(
                                    source + ": was changed while the backup was made (make it again)");
                        }
                    } catch (NoSuchFileException | EOFException e) {
                        throw BackupException.blocked(source + ": went away while the backup was made (make it again)");
                    }
                }
                channel.force(true);
            }
            DurableFiles.move(temporary, target);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Reads a backup from its first byte to its last. Writes nothing.
     *
     * @throws BackupException if it is damaged, cut off, longer than it says, or of another form
     */
    static BackupFile open(Path path, Progress progress) {
        try (InputStream in = input(path, progress, "checking " + path.getFileName())) {
            String head = line(in, path);
            int length = length(head, path);
            byte[] list = in.readNBytes(length);
            int newline = in.read();
            String digest = list.length == length ? line(in, path) : "";
            if (newline != '\n' || !digest.equals(Digest.of(list).toString())) {
                throw damaged(path, "its list of files is cut off or was changed");
            }
            Contents contents = parse(list, path);
            long begin = head.length() + 1L + length + 1 + digest.length() + 1;
            long size = Files.size(path);
            if (size != begin + contents.bytes()) {
                throw damaged(
                        path,
                        size + " bytes, where its list says " + (begin + contents.bytes())
                                + (size < begin + contents.bytes() ? ": it is cut off" : ": something was appended"));
            }
            BackupFile file = new BackupFile(path, contents, begin);
            file.read(in, (item, content) -> copy(content, OutputStream.nullOutputStream(), item.size()));
            return file;
        } catch (NoSuchFileException e) {
            throw new BackupException(ExitCode.NOT_FOUND, path + ": does not exist");
        } catch (IOException e) {
            throw new BackupException(path + ": cannot be read: " + Causes.words(e), e);
        }
    }

    private static InputStream input(Path path, Progress progress, String what) throws IOException {
        InputStream file = Files.newInputStream(path);
        return new BufferedInputStream(new Progress.Bytes(progress, what, Files.size(path)).counted(file), CHUNK);
    }

    private static int length(String head, Path path) {
        String[] words = head.split(" ", -1);
        if (!head.startsWith(MAGIC) || words.length != 3 || !words[2].matches("[1-9][0-9]{0,8}")) {
            throw damaged(path, "not a backup of a hub (wherry-hub backup makes one)");
        }
        if (!words[1].equals(String.valueOf(FORMAT))) {
            throw BackupException.blocked(path + ": of format " + words[1] + ", and this program reads format " + FORMAT
                    + " (restore it with the wherry-hub that made it, or a newer one)");
        }
        int length = Integer.parseInt(words[2]);
        if (length > Contents.MAX_LIST_BYTES) {
            throw damaged(path, "a list of " + length + " bytes (expected: at most " + Contents.MAX_LIST_BYTES + ")");
        }
        return length;
    }

    private static Contents parse(byte[] list, Path path) {
        try {
            return Contents.parse(list);
        } catch (IllegalArgumentException e) {
            throw damaged(path, String.valueOf(e.getMessage()));
        }
    }

    Contents contents() {
        return contents;
    }

    /** Writes every file below a folder that is there and empty, durably. Reads and judges all bytes again. */
    void unpack(Path folder, Progress progress) throws IOException {
        try (InputStream in = input(path, progress, "unpacking " + path.getFileName())) {
            in.skipNBytes(begin);
            read(in, (item, content) -> {
                Path file = folder.resolve(item.name());
                makeFolders(folder, file);
                try (FileChannel channel = FileChannel.open(
                                file, Set.of(CREATE_NEW, WRITE), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
                        OutputStream out = Channels.newOutputStream(channel)) {
                    Digest digest = copy(content, out, item.size());
                    channel.force(true);
                    Files.setPosixFilePermissions(file, item.mode());
                    return digest;
                }
            });
        }
    }

    private static void makeFolders(Path folder, Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null && !parent.equals(folder)) {
            Files.createDirectories(
                    parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /** What is done with the content of one file; gives its digest. */
    private interface Sink {
        Digest take(Item item, InputStream content) throws IOException;
    }

    private void read(InputStream in, Sink sink) throws IOException {
        for (Item item : contents.files()) {
            Digest found;
            try {
                found = sink.take(item, in);
            } catch (EOFException e) {
                throw damaged(path, "it ends in the middle of " + item.name());
            }
            if (!found.equals(item.digest())) {
                throw damaged(
                        path,
                        item.name() + " in it was changed: its digest is " + found.brief() + ", not "
                                + item.digest().brief());
            }
        }
        if (in.read() >= 0) {
            throw damaged(path, "something was appended");
        }
    }

    /** Exactly so many bytes, and their digest. */
    private static Digest copy(InputStream in, OutputStream out, long size) throws IOException {
        MessageDigest sha = Digest.sha256();
        byte[] chunk = new byte[CHUNK];
        long left = size;
        while (left > 0) {
            int read = in.read(chunk, 0, (int) Math.min(chunk.length, left));
            if (read < 0) {
                throw new EOFException();
            }
            sha.update(chunk, 0, read);
            out.write(chunk, 0, read);
            left -= read;
        }
        return Digest.ofRaw(sha.digest());
    }

    static Digest digest(Path file, long size) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return copy(in, OutputStream.nullOutputStream(), size);
        }
    }

    private static String line(InputStream in, Path path) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < ' ' || b > '~' || line.length() == LINE_BYTES) {
                throw damaged(path, "not a backup of a hub (wherry-hub backup makes one), or cut off at its beginning");
            }
            line.append((char) b);
        }
        return line.toString();
    }

    private static BackupException damaged(Path path, String how) {
        return BackupException.damaged(path + ": " + how + "; nothing was changed (take another copy of the backup)");
    }
}
