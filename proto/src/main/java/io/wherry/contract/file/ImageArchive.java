package io.wherry.contract.file;

import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One image as {@code docker load} takes it: an OCI image layout, which keeps the manifest's digest on engines with the containerd image store, and a
 * {@code manifest.json} for those with the classic one. Nothing of it is kept in memory but the manifest.
 */
public final class ImageArchive {
    /** By which containerd calls what it takes in. */
    private static final String CONTAINERD_NAME = "io.containerd.image.name";

    private final List<InputStream> pieces = new ArrayList<>();

    private ImageArchive() {}

    /**
     * The bytes of the tar.
     *
     * @param bytes of the manifest
     * @param parts has configuration and layers; each is opened when its turn has come
     */
    public static InputStream open(ImageManifest manifest, byte[] bytes, BundleFileWriter.Source parts) {
        return open(manifest, bytes, parts, List.of());
    }

    /**
     * The same with a name, as containerd and K3s take it in.
     *
     * @param name in full: {@code docker.io/library/web:1}
     */
    public static InputStream open(ImageManifest manifest, byte[] bytes, BundleFileWriter.Source parts, String name) {
        return open(manifest, bytes, parts, List.of(name));
    }

    private static InputStream open(
            ImageManifest manifest, byte[] bytes, BundleFileWriter.Source parts, List<String> names) {
        ImageArchive archive = new ImageArchive();
        Map<String, String> called = names.isEmpty() ? Map.of() : Map.of(CONTAINERD_NAME, names.getFirst());
        Descriptor listed = new Descriptor(manifest.mediaType(), "", Digest.of(bytes), bytes.length, called);
        archive.entry(FileIndex.LAYOUT_NAME, FileIndex.layout());
        archive.entry(FileIndex.NAME, new FileIndex(List.of(listed)).toBytes());
        archive.entry("manifest.json", classic(manifest, names));
        archive.entry(name(listed.digest()), bytes);
        Set<Digest> written = new HashSet<>();
        for (Descriptor part : manifest.parts()) {
            if (written.add(part.digest())) { // an empty layer may stand there several times
                archive.entry(name(part.digest()), part.size(), new Late(part.digest(), parts));
            }
        }
        archive.pieces.add(zeros(2 * TarHeader.BLOCK));
        return new SequenceInputStream(Collections.enumeration(archive.pieces));
    }

    private void entry(String name, byte[] bytes) {
        entry(name, bytes.length, new ByteArrayInputStream(bytes));
    }

    private void entry(String name, long size, InputStream content) {
        pieces.add(new ByteArrayInputStream(TarHeader.write(name, size)));
        pieces.add(content);
        pieces.add(zeros((int) ((TarHeader.BLOCK - size % TarHeader.BLOCK) % TarHeader.BLOCK)));
    }

    private static InputStream zeros(int count) {
        return new ByteArrayInputStream(new byte[count]);
    }

    private static byte[] classic(ImageManifest manifest, List<String> names) {
        return JsonWriter.canonical(new Json.Arr(List.of(Json.object()
                .put("Config", name(manifest.config().digest()))
                .put("RepoTags", names)
                .put(
                        "Layers",
                        manifest.layers().stream()
                                .map(layer -> name(layer.digest()))
                                .toList())
                .build())));
    }

    private static String name(Digest digest) {
        return FileIndex.BLOBS + digest.hex();
    }

    /** Opens its file when it is read: an image has up to 127 layers. */
    private static final class Late extends InputStream {
        private final Digest digest;
        private final BundleFileWriter.Source source;
        private @Nullable InputStream in;

        Late(Digest digest, BundleFileWriter.Source source) {
            this.digest = digest;
            this.source = source;
        }

        private InputStream opened() throws IOException {
            if (in == null) {
                in = source.open(digest);
            }
            return in;
        }

        @Override
        public int read() throws IOException {
            return opened().read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return opened().read(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (in != null) {
                in.close();
            }
        }
    }
}
