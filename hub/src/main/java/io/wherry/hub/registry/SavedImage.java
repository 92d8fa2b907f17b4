package io.wherry.hub.registry;

import io.wherry.base.Causes;
import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.registry.RegistryException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * One image in the archive that {@code docker save} wrote, of an engine with either image store. Such an archive has no manifest of a registry that could be kept:
 * one is written that names configuration and layers as they are in it, so equal images give equal manifests.
 *
 * @param bytes    of that manifest; not copied: do not change them
 * @param entries  where configuration and layers are in the archive
 */
record SavedImage(Path archive, ImageManifest manifest, byte[] bytes, Map<Digest, String> entries) {
    /** What an archive calls its own list of contents. */
    private static final String LIST = "manifest.json";

    /** Links lead from a layer to the same layer elsewhere in the archive. */
    private static final int MAX_LINKS = 8;

    private static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

    /**
     * Reads all of it once.
     *
     * @throws RegistryException if it is no image, naming what is wrong with it
     */
    static SavedImage read(Path archive, String name) throws IOException {
        try (TarFile tar = new TarFile(archive)) {
            return new Reading(archive, tar).image();
        } catch (JsonException | IllegalArgumentException | IOException e) {
            throw new RegistryException(
                    "image " + name + ": what the engine saved cannot be read: " + Causes.words(e),
                    "try: docker save " + name + " | tar -t",
                    e);
        }
    }

    /** Opens a part of it. */
    InputStream open(Descriptor part) throws IOException {
        String path = entries.get(part.digest());
        if (path == null) {
            throw new IllegalArgumentException("part: " + part.digest() + " (expected: of this image)");
        }
        TarFile tar = new TarFile(archive);
        try {
            InputStream content = tar.getInputStream(entry(tar, path));
            return new Part(content, tar);
        } catch (IOException | RuntimeException e) {
            tar.close();
            throw e;
        }
    }

    private static TarArchiveEntry entry(TarFile tar, String path) {
        String at = path;
        for (int links = 0; links < MAX_LINKS; links++) {
            String wanted = at;
            TarArchiveEntry found = tar.getEntries().stream()
                    .filter(entry -> normal(entry.getName()).equals(wanted))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(wanted + " is not in it"));
            if (!found.isSymbolicLink() && !found.isLink()) {
                return found;
            }
            at = found.isLink()
                    ? normal(found.getLinkName())
                    : normal(Path.of(at).resolveSibling(found.getLinkName()).toString());
        }
        throw new IllegalArgumentException(path + " is a link without an end");
    }

    private static String normal(String name) {
        return Path.of(name).normalize().toString();
    }

    /** Closes the archive with itself. */
    private static final class Part extends FilterInputStream {
        private final TarFile tar;

        Part(InputStream in, TarFile tar) {
            super(in);
            this.tar = tar;
        }

        @Override
        public void close() throws IOException {
            try (tar) {
                super.close();
            }
        }
    }

    /** The archive, read once. */
    private static final class Reading {
        private final Path archive;
        private final TarFile tar;
        private final Map<Digest, String> entries = new HashMap<>();

        Reading(Path archive, TarFile tar) {
            this.archive = archive;
            this.tar = tar;
        }

        SavedImage image() throws IOException {
            Json.Obj listed = listed();
            Descriptor config = part(OCI_CONFIG, listed.string("Config"));
            List<Descriptor> layers = new ArrayList<>();
            for (String layer : listed.strings("Layers")) {
                layers.add(part(typeOf(layer), layer));
            }
            byte[] bytes = new ImageManifest(ImageManifest.OCI, config, layers).toBytes();
            ImageManifest manifest = ImageManifest.parse(bytes); // its limits
            return new SavedImage(archive, manifest, bytes, Map.copyOf(entries));
        }

        private Json.Obj listed() throws IOException {
            Json list = JsonReader.document(small(LIST));
            if (list instanceof Json.Arr(List<Json> images)
                    && images.size() == 1
                    && images.getFirst() instanceof Json.Obj one) {
                return one;
            }
            throw new IllegalArgumentException(LIST + " does not list one image");
        }

        private byte[] small(String path) throws IOException {
            TarArchiveEntry entry = entry(tar, path);
            if (entry.getSize() > ImageManifest.MAX_BYTES) {
                throw new IllegalArgumentException(path + " has " + entry.getSize() + " bytes (expected: at most "
                        + ImageManifest.MAX_BYTES + ")");
            }
            try (InputStream in = tar.getInputStream(entry)) {
                return in.readAllBytes();
            }
        }

        private Descriptor part(String type, String path) throws IOException {
            TarArchiveEntry entry = entry(tar, normal(path));
            if (entry.getSize() > Limits.IMAGE_BLOB_BYTES) {
                throw new IllegalArgumentException(path + " has " + entry.getSize() + " bytes (expected: at most "
                        + Limits.IMAGE_BLOB_BYTES + ")");
            }
            try (InputStream in = tar.getInputStream(entry)) {
                Digest digest = Digest.of(in);
                entries.put(digest, normal(path));
                return new Descriptor(type, "", digest, entry.getSize(), Map.of());
            }
        }

        /** The classic store saves layers as they are unpacked, the containerd store as they were pulled. */
        private String typeOf(String layer) throws IOException {
            try (InputStream in = tar.getInputStream(entry(tar, normal(layer)))) {
                byte[] first = in.readNBytes(ZSTD.length);
                if (Arrays.equals(first, ZSTD)) {
                    return OCI_LAYER + "+zstd";
                }
                return Arrays.mismatch(first, GZIP) == GZIP.length ? OCI_LAYER + "+gzip" : OCI_LAYER;
            }
        }
    }
}
