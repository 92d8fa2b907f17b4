package io.wherry.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a bundle consists of: an OCI image manifest, named by the digest of its bytes (docs/reference/bundle-format.md#manifest).
 *
 * @param layers   the model, then the images document where there is one, then files by path; 1 to {@link Limits#LAYERS}
 * @param requires features that an agent must understand
 */
public record Manifest(List<Layer> layers, List<String> requires) {
    public static final String MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";
    public static final String ARTIFACT_TYPE = "application/vnd.wherry.bundle.v1+json";

    /** The OCI empty blob, {@code {}}: never fetched. */
    public static final Digest EMPTY_CONFIG = Digest.of("{}".getBytes(UTF_8));

    static final String EMPTY_CONFIG_TYPE = "application/vnd.oci.empty.v1+json";
    private static final String REQUIRES = "io.wherry.requires";

    /** @throws IllegalArgumentException naming what is missing, doubled or too much */
    public Manifest {
        layers = List.copyOf(layers);
        Check.range("layers", layers.size(), 1, Limits.LAYERS);
        requires = Check.features("requires", requires);
        long models = layers.stream().filter(Manifest::isModel).count();
        Check.that(models == 1, "layers", models + " models", "exactly one");
        Check.that(count(layers, Layer.IMAGES) <= 1, "layers", count(layers, Layer.IMAGES) + " images", "at most one");
        ProjectPath.checkTogether(layers.stream()
                .filter(layer -> layer.mediaType().equals(Layer.FILE))
                .map(Layer::path)
                .toList());
        checkSizes(layers);
    }

    private static boolean isModel(Layer layer) {
        return ModelFormat.ofMediaType(layer.mediaType()).isPresent();
    }

    private static long count(List<Layer> layers, String mediaType) {
        return layers.stream()
                .filter(layer -> layer.mediaType().equals(mediaType))
                .count();
    }

    private static void checkSizes(List<Layer> layers) {
        Map<Digest, Long> sizes = new HashMap<>();
        for (Layer layer : layers) {
            Long other = sizes.putIfAbsent(layer.digest(), layer.size());
            Check.that(other == null || other == layer.size(), "layers", layer.digest(), "one size for equal digests");
        }
        long files = layers.stream()
                .filter(layer -> layer.mediaType().equals(Layer.FILE))
                .mapToLong(Layer::size)
                .sum();
        Check.that(files <= Limits.FILES_BYTES, "files", files + " bytes", "at most " + Limits.FILES_BYTES);
    }

    /** The layer with the model. */
    public Layer model() {
        return layers.stream().filter(Manifest::isModel).findFirst().orElseThrow();
    }

    /** What the model is: an agent carries out those of its own runtime, and no other. */
    public ModelFormat format() {
        return ModelFormat.ofMediaType(model().mediaType()).orElseThrow();
    }

    /** The layer with the digests of images, where the hub could resolve some. */
    public Optional<Layer> images() {
        return layers.stream()
                .filter(layer -> layer.mediaType().equals(Layer.IMAGES))
                .findFirst();
    }

    /** Files of the project directory. */
    public List<Layer> files() {
        return layers.stream()
                .filter(layer -> layer.mediaType().equals(Layer.FILE))
                .toList();
    }

    /** Length of the manifest's bytes and of all blobs, each distinct one once: {@link BundleRef#sizeBytes}. */
    public long bundleBytes(long manifestBytes) {
        return manifestBytes
                + layers.stream()
                        .collect(Collectors.toMap(Layer::digest, Layer::size, (one, same) -> one))
                        .values()
                        .stream()
                        .mapToLong(Long::longValue)
                        .sum();
    }

    /** The canonical bytes: equal manifests give equal bytes. */
    public byte[] toBytes() {
        Json.Builder manifest = Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MEDIA_TYPE)
                .put("artifactType", ARTIFACT_TYPE)
                .put(
                        "config",
                        Json.object()
                                .put("mediaType", EMPTY_CONFIG_TYPE)
                                .put("digest", EMPTY_CONFIG.toString())
                                .put("size", 2)
                                .build())
                .put("layers", new Json.Arr(layers.stream().map(Layer::toJson).toList()));
        if (!requires.isEmpty()) {
            manifest.put("annotations", Map.of(REQUIRES, String.join(",", requires)));
        }
        return JsonWriter.canonical(manifest.build());
    }

    /**
     * Reads a manifest of at most {@link Limits#MANIFEST_BYTES}.
     *
     * @throws JsonException naming what is wrong
     */
    public static Manifest parse(byte[] bytes) {
        Json.Obj manifest = JsonReader.statement(bytes, Limits.MANIFEST_BYTES);
        ManifestForm.check(manifest);
        String requires = manifest.stringMap("annotations").getOrDefault(REQUIRES, "");
        List<Json.Obj> layers = manifest.objects("layers");
        if (layers.size() > Limits.LAYERS) {
            throw new JsonException("layers: " + layers.size() + " (expected: at most " + Limits.LAYERS + ")");
        }
        try {
            return new Manifest(
                    layers.stream().map(Layer::parse).toList(),
                    requires.isEmpty() ? List.of() : Arrays.asList(requires.split(",", -1)));
        } catch (IllegalArgumentException e) {
            throw new JsonException(String.valueOf(e.getMessage()), e);
        }
    }
}
