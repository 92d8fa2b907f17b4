package io.wherry.contract.file;

import io.wherry.contract.Limits;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The manifest of a container image for one platform, in OCI's form or Docker's (version 2, schema 2): what it is made of.
 *
 * @param config its configuration
 * @param layers lowest first; at most {@link #MAX_LAYERS}
 */
public record ImageManifest(String mediaType, Descriptor config, List<Descriptor> layers) {
    public static final String OCI = "application/vnd.oci.image.manifest.v1+json";
    public static final String DOCKER = "application/vnd.docker.distribution.manifest.v2+json";

    /** Of images for several platforms, in the same two forms. */
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

    public static final String DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";

    /** What registries take as a manifest. */
    public static final int MAX_BYTES = 4 << 20;

    /** Engines stack at most 127. */
    private static final int MAX_LAYERS = 127;

    private static final Set<String> TYPES = Set.of(OCI, DOCKER);

    public ImageManifest {
        layers = List.copyOf(layers);
    }

    /** @throws JsonException naming what is wrong */
    public static ImageManifest parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new JsonException("manifest: " + bytes.length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        Json.Obj manifest = JsonReader.object(bytes);
        String type = manifest.findString("mediaType").orElse(OCI); // OCI lets it out
        if (!TYPES.contains(type)) {
            throw new JsonException(
                    "mediaType: " + type + " (expected: an image manifest, " + OCI + " or " + DOCKER + ")");
        }
        List<Descriptor> layers = new ArrayList<>();
        for (Json.Obj layer : manifest.objects("layers")) {
            if (layer.find("urls").isPresent()) {
                throw new JsonException("layers: one is kept elsewhere, by urls (expected: all in the registry)");
            }
            layers.add(part("layers", layer));
        }
        if (layers.isEmpty() || layers.size() > MAX_LAYERS) {
            throw new JsonException("layers: " + layers.size() + " (expected: 1 to " + MAX_LAYERS + ")");
        }
        return new ImageManifest(type, part("config", manifest.object("config")), layers);
    }

    private static Descriptor part(String what, Json.Obj json) {
        Descriptor part = Descriptor.parse(json);
        if (part.size() > Limits.IMAGE_BLOB_BYTES) {
            throw new JsonException(what + ": " + part.digest() + " has " + part.size() + " bytes (expected: at most "
                    + Limits.IMAGE_BLOB_BYTES + ")");
        }
        return part;
    }

    /** Its canonical form: equal parts give equal bytes. What a registry gave has bytes of its own. */
    public byte[] toBytes() {
        return JsonWriter.canonical(Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", mediaType)
                .put("config", config.toJson())
                .put(
                        "layers",
                        new Json.Arr(layers.stream().map(Descriptor::toJson).toList()))
                .build());
    }

    /** Configuration and layers. */
    public List<Descriptor> parts() {
        List<Descriptor> parts = new ArrayList<>(layers);
        parts.addFirst(config);
        return parts;
    }
}
