package io.wherry.contract.file;

import static java.nio.file.StandardOpenOption.READ;

import io.wherry.contract.Digest;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A bundle file or receipts file on a disk, read through once and found whole; documents are read from it when they are asked for. Takes no room but a
 * table of places, so it serves files larger than the memory.
 */
public final class BundleFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;

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
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new BundleFileException("is no plain file");
        }
        FileChannel channel = FileChannel.open(file, READ);
        try {
            Map<Digest, Place> places = new HashMap<>();
            InputStream in = new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES);
            Delivery delivery = BundleFileReader.read(in, new Places(channel, places));
            return new BundleFile(channel, places, delivery);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
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
     * A blob of at most so many bytes.
     *
     * @throws BundleFileException if it is longer, or not in the file
     * @throws IOException         if the file cannot be read
     */
    public byte[] read(Digest digest, int maxBytes) throws IOException {
        return read(channel, places, digest, maxBytes);
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
        return bytes.array();
    }

    /** Only notes where blobs are. */
    private record Places(FileChannel channel, Map<Digest, Place> places) implements BundleFileReader.Sink {
        @Override
        public OutputStream create(Digest digest, long size, long at) {
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
