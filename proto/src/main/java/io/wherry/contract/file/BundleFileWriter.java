package io.wherry.contract.file;

import io.wherry.contract.Digest;
import io.wherry.contract.Manifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes a bundle file or a receipts file: index and documents first, then blobs, each once. Equal content gives equal bytes. */
public final class BundleFileWriter {
    /** {@code oci-layout}, {@code index.json}, the list of documents and the empty blob. */
    private static final int FRAME_ENTRIES = 4;

    /** A listed document takes at most 400 bytes, names included. */
    private static final int MAX_LISTED = Delivery.MAX_MANIFEST_BYTES / 400;

    private final TarWriter tar;
    private final Set<Digest> written = new HashSet<>();

    private BundleFileWriter(OutputStream out) {
        this.tar = new TarWriter(out);
    }

    /** Where the bytes of a blob come from; opened once, just before they are written. */
    @FunctionalInterface
    public interface Source {
        /** @throws IOException if it cannot be read */
        InputStream open(Digest digest) throws IOException;
    }

    /**
     * Writes a whole file; does not close the stream.
     *
     * @param delivery  the signed documents; the source has each
     * @param manifests of bundles and images, for tools; the source has each
     * @param blobs     everything else that bundles and images need: digest and length
     * @throws IOException if the target or the source fails, also where a blob is not as long as it should be
     */
    public static void write(
            OutputStream out, Delivery delivery, List<Descriptor> manifests, Map<Digest, Long> blobs, Source source)
            throws IOException {
        BundleFileWriter file = new BundleFileWriter(out);
        byte[] list = delivery.toBytes();
        List<Descriptor> index = new ArrayList<>();
        index.add(new Descriptor(
                Manifest.MEDIA_TYPE,
                delivery.kind().artifactType(),
                Digest.of(list),
                list.length,
                Map.of(FileIndex.REFERENCE, "delivery")));
        index.addAll(manifests);
        file.tar.entry(FileIndex.LAYOUT_NAME, FileIndex.layout());
        file.tar.entry(FileIndex.NAME, new FileIndex(index).toBytes());
        file.blob(Digest.of(list), list.length, new ByteArrayInputStream(list));
        file.blob(Digest.of(Delivery.EMPTY), Delivery.EMPTY.length, new ByteArrayInputStream(Delivery.EMPTY));
        for (Descriptor document : delivery.documents()) {
            file.blob(document.digest(), document.size(), source);
        }
        for (Descriptor manifest : manifests) {
            file.blob(manifest.digest(), manifest.size(), source);
        }
        for (Map.Entry<Digest, Long> blob : blobs.entrySet()) {
            file.blob(blob.getKey(), blob.getValue(), source);
        }
        file.tar.end();
    }

    /**
     * Before anything is written: whether a reader would take a file of so many documents, manifests and other blobs.
     *
     * @throws IllegalArgumentException naming what is too much
     */
    public static void requireFits(int documents, int manifests, int blobs) {
        int all = documents + manifests + blobs + FRAME_ENTRIES;
        if (all > BundleFileReader.MAX_BLOBS) {
            throw new IllegalArgumentException(
                    "blobs: " + all + " (expected: at most " + BundleFileReader.MAX_BLOBS + " in one file; split it)");
        }
        int listed = Math.max(documents, manifests);
        if (listed > MAX_LISTED) {
            throw new IllegalArgumentException(
                    "documents: " + listed + " (expected: at most " + MAX_LISTED + " in one file; split it)");
        }
    }

    /** An image's manifest as {@code index.json} lists it, under the name that stacks call it by. */
    public static Descriptor image(String name, String mediaType, Digest digest, long size) {
        return new Descriptor(mediaType, "", digest, size, Map.of(FileIndex.REFERENCE, name));
    }

    /** A bundle's manifest as {@code index.json} lists it. */
    public static Descriptor bundle(Digest digest, long size) {
        return new Descriptor(
                Manifest.MEDIA_TYPE,
                Manifest.ARTIFACT_TYPE,
                digest,
                size,
                Map.of(FileIndex.REFERENCE, "bundle-" + digest.brief()));
    }

    private void blob(Digest digest, long size, Source source) throws IOException {
        if (!written.contains(digest)) {
            try (InputStream in = source.open(digest)) {
                blob(digest, size, in);
            }
        }
    }

    private void blob(Digest digest, long size, InputStream in) throws IOException {
        if (!written.add(digest)) {
            return;
        }
        if (written.size() + 2 > BundleFileReader.MAX_BLOBS) { // and the two files of the layout
            throw new IllegalArgumentException("blobs: more than a reader takes (expected: at most "
                    + (BundleFileReader.MAX_BLOBS - 2) + "; split the file)");
        }
        tar.entry(FileIndex.BLOBS + digest.hex(), size, in);
    }
}
