package io.wherry.contract.file;

import io.wherry.contract.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a bundle file or a receipts file once, from the first byte to the last, and hashes every blob while it is copied. Entries may come in any order.
 *
 * <p>Only blobs, {@code index.json} and {@code oci-layout} are taken; whatever else stands in the tar refuses it, so that no name in it can lead anywhere.
 */
public final class BundleFileReader {
    /** Blobs of a file: a network of a hundred sites with a hundred files each. */
    public static final int MAX_BLOBS = 16_384;

    /** Zeros after the end: GNU tar fills up to 10 KiB, a tape block is at most 1 MiB. */
    private static final int MAX_PADDING_BYTES = 1 << 20;

    private static final int MAX_LAYOUT_BYTES = 4 << 10;

    /** Blobs are read, hashed and handed on by so much: few calls, and no more than stays near the processor. */
    static final int BUFFER_BYTES = 256 << 10;

    private static final Pattern BLOB = Pattern.compile("blobs/sha256/([0-9a-f]{64})");
    private static final Set<String> FOLDERS = Set.of("", ".", "blobs/", "blobs/sha256/", "blobs", "blobs/sha256");

    private final InputStream in;
    private final Sink sink;
    private final Set<String> seen = new HashSet<>();
    private final Map<Digest, Long> blobs = new HashMap<>();
    private long offset;
    private byte @Nullable [] index;
    private byte @Nullable [] layout;

    /** Where blobs go. */
    public interface Sink {
        /**
         * Makes room for a blob; it is closed when its bytes are whole, or the file ended.
         *
         * @param at     where in the file its bytes begin
         * @throws BundleFileException if a blob of that length is not wanted
         * @throws IOException         if the target fails
         */
        OutputStream create(Digest digest, long size, long at) throws IOException;

        /** A stored blob, of at most so many bytes. @throws BundleFileException if it is longer @throws IOException if it is not there */
        byte[] read(Digest digest, int maxBytes) throws IOException;
    }

    private BundleFileReader(InputStream in, Sink sink) {
        this.in = in;
        this.sink = sink;
    }

    /**
     * Reads all of it.
     *
     * @return the documents it lists, all of which are in the sink
     * @throws BundleFileException if it is damaged, cut, or no such file
     * @throws IOException         if reading or storing fails
     */
    public static Delivery read(InputStream in, Sink sink) throws IOException {
        return new BundleFileReader(in, sink).all();
    }

    private Delivery all() throws IOException {
        for (Optional<TarHeader.Entry> entry = next(); entry.isPresent(); entry = next()) {
            take(entry.get());
        }
        byte[] layoutBytes = present(layout, FileIndex.LAYOUT_NAME);
        byte[] indexBytes = present(index, FileIndex.NAME);
        FileIndex.checkLayout(layoutBytes);
        return delivery(FileIndex.parse(indexBytes).manifests());
    }

    private Delivery delivery(List<Descriptor> manifests) throws IOException {
        manifests.forEach(this::requireBlob);
        for (Descriptor manifest : manifests) {
            for (Delivery.Kind kind : Delivery.Kind.values()) {
                if (manifest.artifactType().equals(kind.artifactType())) {
                    Delivery delivery = Delivery.parse(sink.read(manifest.digest(), Delivery.MAX_MANIFEST_BYTES));
                    delivery.documents().forEach(this::requireBlob);
                    return delivery;
                }
            }
        }
        throw new BundleFileException(FileIndex.NAME
                + ": lists no delivery (expected: a file made by wherry; this is some other OCI layout)");
    }

    private void requireBlob(Descriptor listed) {
        Long size = blobs.get(listed.digest());
        if (size == null || size != listed.size()) {
            throw new BundleFileException("blob " + listed.digest() + ": listed with " + listed.size() + " bytes, "
                    + (size == null ? "but not in the file" : "but has " + size)
                    + " (expected: a whole file; make it again)");
        }
    }

    private static byte[] present(byte @Nullable [] bytes, String name) {
        if (bytes == null) {
            throw new BundleFileException(name + ": not in the file (expected: a file made by wherry)");
        }
        return bytes;
    }

    private void take(TarHeader.Entry entry) throws IOException {
        long at = offset - TarHeader.BLOCK;
        if (entry.folder()) {
            if (!FOLDERS.contains(entry.name())) {
                throw TarHeader.wrong(at, "folder " + entry.name(), "blobs/sha256 alone");
            }
            return;
        }
        if (!seen.add(entry.name())) {
            throw TarHeader.wrong(at, "entry " + entry.name() + " a second time", "each once");
        }
        if (seen.size() > MAX_BLOBS) {
            throw TarHeader.wrong(at, "more than " + MAX_BLOBS + " entries", "fewer");
        }
        Matcher blob = BLOB.matcher(entry.name());
        if (blob.matches()) {
            takeBlob(new Digest(blob.group(1)), entry.size());
        } else if (entry.name().equals(FileIndex.NAME)) {
            index = small(entry, Delivery.MAX_MANIFEST_BYTES);
        } else if (entry.name().equals(FileIndex.LAYOUT_NAME)) {
            layout = small(entry, MAX_LAYOUT_BYTES);
        } else {
            throw TarHeader.wrong(at, "entry " + entry.name(), "blobs/sha256/…, index.json or oci-layout");
        }
    }

    private void takeBlob(Digest digest, long size) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        try (OutputStream out = sink.create(digest, size, offset)) {
            copy(size, (bytes, length) -> {
                sha256.update(bytes, 0, length);
                out.write(bytes, 0, length);
            });
        }
        Digest found = Digest.ofRaw(sha256.digest());
        if (!found.equals(digest)) {
            throw new BundleFileException("blob " + digest + ": damaged, its content is " + found
                    + " (expected: copy the file again from its source)");
        }
        blobs.put(digest, size);
    }

    private byte[] small(TarHeader.Entry entry, int maxBytes) throws IOException {
        if (entry.size() > maxBytes) {
            throw new BundleFileException(
                    entry.name() + ": " + entry.size() + " bytes (expected: at most " + maxBytes + ")");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        copy(entry.size(), (buffer, length) -> bytes.write(buffer, 0, length));
        return bytes.toByteArray();
    }

    private interface Chunk {
        void take(byte[] bytes, int length) throws IOException;
    }

    /** So many bytes, and what fills the last block. */
    private void copy(long size, Chunk chunk) throws IOException {
        byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, size)];
        long left = size;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw cut();
            }
            offset += read;
            left -= read;
            chunk.take(buffer, read);
        }
        int padding = (int) ((TarHeader.BLOCK - size % TarHeader.BLOCK) % TarHeader.BLOCK);
        byte[] fill = in.readNBytes(padding);
        if (fill.length < padding) {
            throw cut();
        }
        if (!TarHeader.isEmpty(fill)) {
            throw TarHeader.wrong(offset, "bytes between two entries", "zeros");
        }
        offset += padding;
    }

    private Optional<TarHeader.Entry> next() throws IOException {
        byte[] block = block();
        if (TarHeader.isEmpty(block)) {
            if (!TarHeader.isEmpty(block())) {
                throw TarHeader.wrong(offset - TarHeader.BLOCK, "an end that is none", "two empty blocks");
            }
            end();
            return Optional.empty();
        }
        return Optional.of(TarHeader.read(block, offset - TarHeader.BLOCK));
    }

    private byte[] block() throws IOException {
        byte[] block = in.readNBytes(TarHeader.BLOCK);
        if (block.length < TarHeader.BLOCK) {
            throw offset == 0 ? tooShort(block.length) : cut();
        }
        offset += TarHeader.BLOCK;
        return block;
    }

    private void end() throws IOException {
        byte[] rest = in.readNBytes(MAX_PADDING_BYTES + 1);
        if (rest.length > MAX_PADDING_BYTES || !TarHeader.isEmpty(rest)) {
            throw TarHeader.wrong(offset, "bytes after the end", "nothing");
        }
    }

    /** Perhaps a file of another kind: nobody should copy it again and again. */
    private static BundleFileException tooShort(int bytes) {
        return new BundleFileException("the file ends here: " + bytes + " bytes are no tar (expected: a file made by"
                + " wherry; if it is one, copy it again from its source)");
    }

    private BundleFileException cut() {
        return new BundleFileException(
                "at byte " + offset + ": the file ends here (expected: more; copy it again from its source)");
    }
}
