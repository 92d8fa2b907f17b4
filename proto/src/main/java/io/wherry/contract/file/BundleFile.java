package io.wherry.contract.file;

import static java.nio.file.StandardOpenOption.READ;

import io.wherry.base.Progress;
import io.wherry.base.SteadyFile;
import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A bundle file or receipts file on a disk, read through once and found whole; documents are read from it when they are asked for. Takes no room but a
 * table of places, so it serves files larger than the memory.
 */
public final class BundleFile implements AutoCloseable {
    /** Of headers; as much as a blob is read by, so that a blob goes past it without a copy. */
    private static final int BUFFER_BYTES = BundleFileReader.BUFFER_BYTES;

    private final FileChannel channel;
    private final Map<Digest, Place> places;
    private final Delivery delivery;

    private record Place(long at, long size) {}

    private BundleFile(FileChannel channel, Map<Digest, Place> places, Delivery delivery) {
        this.channel = channel;
        this.places = places;
        this.delivery = delivery;
    }

    /**
     * Reads all of it and keeps it open.
     *
     * @throws BundleFileException if it is damaged, cut, no such file or no file at all
     * @throws IOException         if it cannot be read
     */
    public static BundleFile open(Path file) throws IOException {
        return open(file, Progress.NONE);
    }

    /** {@link #open(Path)}, which says how far it has read. */
    public static BundleFile open(Path file, Progress progress) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) { // a pipe would keep its reader waiting
            throw new BundleFileException("is no plain file");
        }
        FileChannel channel = FileChannel.open(file, READ);
        try {
            Map<Digest, Place> places = new HashMap<>();
            Progress.Bytes read = new Progress.Bytes(progress, "checking " + file.getFileName(), channel.size());
            InputStream in = new BufferedInputStream(read.counted(Channels.newInputStream(channel)), BUFFER_BYTES);
            Delivery delivery = BundleFileReader.read(in, new Places(channel, places));
            return new BundleFile(channel, places, delivery);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Stores what comes, reads it through meanwhile, and keeps it open. Durable when this returns.
     *
     * @param file replaced, also where this fails: the caller deletes it then
     * @throws BundleFileException if it is damaged, cut, or no such file
     * @throws IOException         if it cannot be read or stored
     */
    public static BundleFile receive(InputStream source, Path file) throws IOException {
        SteadyFile stored = SteadyFile.create(file);
        try {
            Map<Digest, Place> places = new HashMap<>();
            InputStream in = new BufferedInputStream(new Stored(source, stored), BUFFER_BYTES);
            Delivery delivery = BundleFileReader.read(in, new Places(stored.channel(), places));
            stored.sync();
            return new BundleFile(stored.channel(), places, delivery);
        } catch (IOException | RuntimeException e) {
            stored.close();
            throw e;
        }
    }

    /** What is read from it has been stored. */
    private static final class Stored extends FilterInputStream {
        private final OutputStream stored;

        Stored(InputStream source, OutputStream stored) {
            super(source);
            this.stored = stored;
        }

        @Override
        public int read() throws IOException {
            int single = super.read();
            if (single >= 0) {
                stored.write(single);
            }
            return single;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read > 0) {
                stored.write(bytes, offset, read);
            }
            return read;
        }
    }

    public Delivery delivery() {
        return delivery;
    }

    /** Length of a blob; empty if it is not in the file. */
    public OptionalLong size(Digest digest) {
        Place place = places.get(digest);
        return place == null ? OptionalLong.empty() : OptionalLong.of(place.size());
    }

    /**
     * A blob of at most so many bytes, hashed once more.
     *
     * @throws BundleFileException if it is longer, not in the file, or another one now
     * @throws IOException         if the file cannot be read
     */
    public byte[] read(Digest digest, int maxBytes) throws IOException {
        return read(channel, places, digest, maxBytes);
    }

    /** What is in it, documents included. */
    public Set<Digest> blobs() {
        return Collections.unmodifiableSet(places.keySet());
    }

    /** Those blobs that only hold the file together: they say nothing that its documents do not. */
    public Set<Digest> frame() {
        return Set.of(Digest.of(delivery.toBytes()), Digest.of(Delivery.EMPTY));
    }

    /**
     * A blob as a stream, hashed once more: the medium may give other bytes than at the first reading. Several may be read in turn, not at once.
     *
     * @throws BundleFileException if it is not in the file; from the stream's last read, if it is another one now
     */
    public InputStream open(Digest digest) {
        Place place = places.get(digest);
        if (place == null) {
            throw new BundleFileException("blob " + digest + ": not in the file");
        }
        return new PlaceStream(channel, digest, place.at(), place.size());
    }

    private static byte[] read(FileChannel channel, Map<Digest, Place> places, Digest digest, int maxBytes)
            throws IOException {
        Place place = places.get(digest);
        if (place == null) {
            throw new BundleFileException("blob " + digest + ": not in the file");
        }
        if (place.size() > maxBytes) {
            throw new BundleFileException(
                    "blob " + digest + ": " + place.size() + " bytes (expected: at most " + maxBytes + ")");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) place.size());
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, place.at() + bytes.position()) < 0) {
                throw new EOFException("blob " + digest + ": the file became shorter while it was read");
            }
        }
        Digest found = Digest.of(bytes.array());
        if (!found.equals(digest)) {
            throw new BundleFileException("blob " + digest + ": is another one now, " + found
                    + " (expected: a medium that gives the same bytes twice)");
        }
        return bytes.array();
    }

    /** Only notes where blobs are. */
    private record Places(FileChannel channel, Map<Digest, Place> places) implements BundleFileReader.Sink {
        @Override
        public OutputStream create(Digest digest, long size, long at) {
            if (size > Limits.IMAGE_BLOB_BYTES) {
                throw new BundleFileException(
                        "blob " + digest + ": " + size + " bytes (expected: at most " + Limits.IMAGE_BLOB_BYTES + ")");
            }
            places.put(digest, new Place(at, size));
            return OutputStream.nullOutputStream();
        }

        @Override
        public byte[] read(Digest digest, int maxBytes) throws IOException {
            return BundleFile.read(channel, places, digest, maxBytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
