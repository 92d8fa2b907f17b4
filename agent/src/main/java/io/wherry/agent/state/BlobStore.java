package io.wherry.agent.state;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.json.JsonException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Content by digest: {@code blobs/HEX} when whole, {@code partial/HEX} while it is being fetched.
 *
 * <p>A blob takes its name only after its bytes were hashed from the disk, so what has a name is whole. A fetch that was cut resumes at the length
 * of the partial file.
 */
public final class BlobStore {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** What is left free on the disk: journal and floors must stay writable. */
    private static final long RESERVE_BYTES = 64L << 20;

    private static final int PIECE_BYTES = 1 << 20;

    private final Path blobs;
    private final Path partial;

    public BlobStore(StateFolder folder) {
        this.blobs = folder.folder("blobs");
        this.partial = folder.folder("partial");
    }

    public boolean has(Digest digest) {
        return Files.isRegularFile(path(digest));
    }

    /** Where the blob stands, whether or not it does. */
    public Path path(Digest digest) {
        return blobs.resolve(digest.hex());
    }

    /**
     * Reads a blob whole and checks it against its name: a card that rots must not reach the engine.
     *
     * @throws StateException if it is missing, larger than allowed, or not what its name says; a damaged one is deleted, so that it is fetched anew
     */
    public byte[] read(Digest digest, long maxBytes) {
        Path file = path(digest);
        try {
            long size = Files.size(file);
            if (size > maxBytes) {
                throw StateException.broken(
                        "blob " + digest + ": " + size + " bytes (expected: at most " + maxBytes + ")");
            }
            byte[] bytes = Files.readAllBytes(file);
            if (!Digest.of(bytes).equals(digest)) {
                Files.deleteIfExists(file);
                throw StateException.broken("blob " + digest + ": damaged on the disk; it is fetched anew");
            }
            return bytes;
        } catch (IOException e) {
            throw StateException.disk("blob " + digest + ": cannot be read: " + Causes.words(e), e);
        }
    }

    /** How many bytes of a blob are here already: where a fetch goes on. */
    public long resumeAt(Digest digest) {
        Path file = partial.resolve(digest.hex());
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw StateException.disk("blob " + digest + ": cannot be resumed: " + Causes.words(e), e);
        }
    }

    /** Adds bytes at the end of a partial blob. @throws IllegalArgumentException if they do not follow what is there */
    public void append(Digest digest, long offset, byte[] bytes) {
        Path file = partial.resolve(digest.hex());
        try (FileChannel channel =
                FileChannel.open(file, Set.of(CREATE, WRITE), PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            if (channel.size() != offset) {
                throw new IllegalArgumentException("offset: " + offset + " (expected: " + channel.size() + ")");
            }
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest, offset + rest.position());
            }
        } catch (IOException e) {
            throw StateException.disk("blob " + digest + ": cannot be written: " + Causes.words(e), e);
        }
    }

    /**
     * Hashes a partial blob and gives it its name.
     *
     * @return false if its bytes are not what the name says: they were discarded, and the fetch begins anew
     */
    public boolean finish(Digest digest) {
        Path file = partial.resolve(digest.hex());
        try {
            if (!Files.exists(file)) {
                append(digest, 0, new byte[0]);
            }
            Digest found;
            try (InputStream in = Files.newInputStream(file)) {
                found = Digest.of(in);
            }
            if (!found.equals(digest)) {
                Files.delete(file);
                return false;
            }
            try (FileChannel channel = FileChannel.open(file, WRITE)) {
                channel.force(true);
            }
            DurableFiles.move(file, path(digest));
            return true;
        } catch (IOException e) {
            throw StateException.disk("blob " + digest + ": cannot be stored: " + Causes.words(e), e);
        }
    }

    /** @throws StateException if so many bytes would leave too little room for journal and floors */
    public void requireRoom(long bytes) {
        try {
            long free = Files.getFileStore(blobs).getUsableSpace();
            if (free - bytes < RESERVE_BYTES) {
                throw StateException.disk(
                        blobs + ": the disk is full, " + (free >> 20) + " MiB are free and " + (RESERVE_BYTES >> 20)
                                + " MiB stay reserved; make room and try again",
                        new IOException("full"));
            }
        } catch (IOException e) {
            throw StateException.disk(blobs + ": cannot be looked at: " + Causes.words(e), e);
        }
    }

    /**
     * Takes what a stream gives as a blob, in the place of one that was begun.
     *
     * @param content throws at its end if its bytes are not what the name says
     * @throws IOException    if the stream breaks: nothing has the name
     * @throws StateException if the disk refuses; the blob has its name only once its bytes are durable
     */
    public void take(Digest digest, InputStream content) throws IOException {
        discard(digest);
        long at = 0;
        for (byte[] piece = content.readNBytes(PIECE_BYTES);
                piece.length > 0;
                piece = content.readNBytes(PIECE_BYTES)) {
            append(digest, at, piece);
            at += piece.length;
        }
        if (!finish(digest)) {
            throw new IOException("blob " + digest + ": other bytes were given than its name says");
        }
    }

    /** Throws a partial blob away. */
    public void discard(Digest digest) {
        try {
            Files.deleteIfExists(partial.resolve(digest.hex()));
        } catch (IOException e) {
            throw StateException.disk("blob " + digest + ": cannot be discarded: " + Causes.words(e), e);
        }
    }

    /**
     * Stores a signed document under the digest of its payload. An envelope is not an identity (ECDSA is randomised), so the caller has checked that
     * the payload inside hashes to this name.
     */
    public void putStatement(Digest payload, byte[] envelope) {
        try {
            DurableFiles.write(statement(payload), envelope);
        } catch (IOException e) {
            throw StateException.disk("statement " + payload + ": cannot be stored: " + Causes.words(e), e);
        }
    }

    /**
     * Takes a fetched partial blob as the envelope of this payload.
     *
     * @return false if it is none: its bytes were discarded, and the fetch begins anew
     */
    public boolean finishStatement(Digest payload, int maxBytes) {
        Path file = partial.resolve(payload.hex());
        try {
            byte[] envelope = Files.size(file) <= maxBytes ? Files.readAllBytes(file) : new byte[0];
            boolean good = Envelope.parse(envelope).digest().equals(payload);
            if (good) {
                putStatement(payload, envelope);
            }
            Files.delete(file);
            return good;
        } catch (JsonException | IllegalArgumentException e) {
            discard(payload);
            return false;
        } catch (IOException e) {
            throw StateException.disk("statement " + payload + ": cannot be stored: " + Causes.words(e), e);
        }
    }

    public void dropStatement(Digest payload) {
        DurableStore.delete(statement(payload));
    }

    public boolean hasStatement(Digest payload) {
        return Files.isRegularFile(statement(payload));
    }

    /** The envelope whose payload has this digest. @throws StateException if it is not here */
    public byte[] readStatement(Digest payload) {
        try {
            return Files.readAllBytes(statement(payload));
        } catch (IOException e) {
            throw StateException.disk("statement " + payload + ": cannot be read: " + Causes.words(e), e);
        }
    }

    /** Deletes all that is not named. What is being fetched is named too, or it would begin anew. @return how many files went */
    public int keepOnly(Set<Digest> wanted) {
        return keepOnly(blobs, wanted) + keepOnly(partial, wanted);
    }

    private static int keepOnly(Path folder, Set<Digest> wanted) {
        Set<String> names = wanted.stream().map(Digest::hex).collect(java.util.stream.Collectors.toSet());
        int deleted = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!names.contains(
                        name.endsWith(STATEMENT) ? name.substring(0, name.length() - STATEMENT.length()) : name)) {
                    Files.deleteIfExists(file);
                    deleted++;
                }
            }
        } catch (IOException e) {
            throw StateException.disk("folder " + folder + ": cannot be cleaned: " + Causes.words(e), e);
        }
        return deleted;
    }

    private static final String STATEMENT = ".dsse.json";

    private Path statement(Digest payload) {
        return blobs.resolve(payload.hex() + STATEMENT);
    }
}
