package io.wherry.contract.file;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.List;

/**
 * {@code index.json} of an OCI image layout. Read as a hint only: where the list of documents is.
 *
 * @param manifests the delivery first, then the bundles, for tools that list what is in a file
 */
record FileIndex(List<Descriptor> manifests) {
    static final String NAME = "index.json";
    static final String LAYOUT_NAME = "oci-layout";
    static final String BLOBS = "blobs/sha256/";

    /** Annotation by which {@code skopeo} and {@code oras} name a manifest of a layout. */
    static final String REFERENCE = "org.opencontainers.image.ref.name";

    private static final String LAYOUT_VERSION = "1.0.0";

    FileIndex {
        manifests = List.copyOf(manifests);
    }

    byte[] toBytes() {
        byte[] bytes = JsonWriter.canonical(Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", "application/vnd.oci.image.index.v1+json")
                .put(
                        "manifests",
                        new Json.Arr(manifests.stream().map(Descriptor::toJson).toList()))
                .build());
        return Delivery.fits("bundles", manifests.size(), bytes);
    }

    /** @throws BundleFileException naming what is wrong */
    static FileIndex parse(byte[] bytes) {
        try {
            return new FileIndex(JsonReader.statement(bytes, Delivery.MAX_MANIFEST_BYTES).objects("manifests").stream()
                    .map(Descriptor::parse)
                    .toList());
        } catch (JsonException e) {
            throw new BundleFileException(NAME + ": " + e.getMessage(), e);
        }
    }

    static byte[] layout() {
        return JsonWriter.canonical(
                Json.object().put("imageLayoutVersion", LAYOUT_VERSION).build());
    }

    /** @throws BundleFileException for a layout of another version */
    static void checkLayout(byte[] bytes) {
        String version;
        try {
            version = JsonReader.statement(bytes, bytes.length).string("imageLayoutVersion");
        } catch (JsonException e) {
            throw new BundleFileException(LAYOUT_NAME + ": " + e.getMessage(), e);
        }
        if (!version.equals(LAYOUT_VERSION)) {
            throw new BundleFileException(
                    LAYOUT_NAME + ": imageLayoutVersion " + version + " (expected: " + LAYOUT_VERSION + ")");
        }
    }
}
