package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One blob of a bundle, stored as it is: compression belongs to transport.
 *
 * @param mediaType   {@link #COMPOSE}, {@link #KUBERNETES}, {@link #IMAGES} or {@link #FILE}
 * @param digest      SHA-256 of the blob
 * @param size        its length in bytes
 * @param annotations {@link #PATH} and {@link #MODE} of a file; none otherwise
 */
public record Layer(String mediaType, Digest digest, long size, Map<String, String> annotations) {
    /** The normalised Compose model, a JSON document. */
    public static final String COMPOSE = "application/vnd.wherry.compose.v1+json";

    /**
     * The objects of a Kubernetes stack, a JSON document (docs/reference/bundle-format.md#kubernetes-model). It is applied as it stands; a
     * dollar sign means something only where the model says so, see {@link ObjectVariables}.
     */
    public static final String KUBERNETES = "application/vnd.wherry.kubernetes.v1+json";

    /** Digests of images: {@link ImagePins}. */
    public static final String IMAGES = "application/vnd.wherry.images.v1+json";

    /** A file of the project directory. */
    public static final String FILE = "application/vnd.wherry.file.v1";

    /** Annotation: relative path of a file in the project directory, parts separated by {@code /}. */
    public static final String PATH = "io.wherry.path";

    /** Annotation: {@code 0644} or {@code 0755}, Git's two modes. */
    public static final String MODE = "io.wherry.mode";

    private static final Set<String> MODES = Set.of("0644", "0755");

    /** @throws IllegalArgumentException naming the field */
    public Layer {
        annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
        switch (mediaType) {
            case COMPOSE, IMAGES -> Check.range("size", size, 1, Limits.MODEL_BYTES);
            case KUBERNETES -> Check.range("size", size, 1, Limits.OBJECTS_BYTES);
            case FILE -> {
                Check.range("size", size, 0, Limits.FILES_BYTES);
                ProjectPath.check(annotations.getOrDefault(PATH, ""));
                String mode = annotations.getOrDefault(MODE, "");
                Check.that(MODES.contains(mode), MODE, mode, "0644 or 0755");
            }
            default ->
                throw Check.wrong("mediaType", mediaType, COMPOSE + ", " + KUBERNETES + ", " + IMAGES + " or " + FILE);
        }
    }

    public static Layer compose(Digest digest, long size) {
        return model(ModelFormat.COMPOSE, digest, size);
    }

    public static Layer model(ModelFormat format, Digest digest, long size) {
        return new Layer(format.mediaType(), digest, size, Map.of());
    }

    public static Layer images(Digest digest, long size) {
        return new Layer(IMAGES, digest, size, Map.of());
    }

    public static Layer file(String path, boolean executable, Digest digest, long size) {
        return new Layer(FILE, digest, size, Map.of(PATH, path, MODE, executable ? "0755" : "0644"));
    }

    /** Of a file. @throws IllegalStateException for another layer */
    public String path() {
        String path = annotations.get(PATH);
        if (path == null) {
            throw new IllegalStateException("layer " + mediaType + ": has no path (expected: " + FILE + ")");
        }
        return path;
    }

    public boolean executable() {
        return "0755".equals(annotations.get(MODE));
    }

    Json toJson() {
        Json.Builder layer = Json.object()
                .put("mediaType", mediaType)
                .put("digest", digest.toString())
                .put("size", size);
        if (!annotations.isEmpty()) {
            layer.put("annotations", annotations);
        }
        return layer.build();
    }

    static Layer parse(Json.Obj layer) {
        return new Layer(
                layer.string("mediaType"),
                Codec.digest(layer, "digest"),
                layer.integer("size"),
                layer.stringMap("annotations"));
    }
}
