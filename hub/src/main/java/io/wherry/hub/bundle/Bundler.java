package io.wherry.hub.bundle;

import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Features;
import io.wherry.contract.Layer;
import io.wherry.contract.Manifest;
import io.wherry.contract.ModelFeatures;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.render.Rendering;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Packs a rendering into an OCI image manifest and its blobs. Pure: equal renderings give equal bytes, whatever commit they came from.
 *
 * <p>The first layer is the model, then come the files of the project directory in the order of their paths.
 */
public final class Bundler {
    private Bundler() {}

    public static PackedBundle pack(Rendering.Rendered rendered) {
        SortedMap<Digest, byte[]> blobs = new TreeMap<>();
        List<Layer> layers = new ArrayList<>();
        byte[] model = JsonWriter.canonical(rendered.model());
        layers.add(Layer.model(rendered.format(), add(model, blobs), model.length));
        rendered.files()
                .forEach((path, file) -> layers.add(
                        Layer.file(path, file.executable(), add(file.content(), blobs), file.content().length)));
        byte[] manifest = new Manifest(layers, requires(rendered)).toBytes();
        Digest digest = Digest.of(manifest);
        blobs.put(digest, manifest);
        long sizeBytes =
                blobs.values().stream().mapToLong(bytes -> bytes.length).sum();
        return new PackedBundle(new BundleRef(digest, sizeBytes), blobs);
    }

    private static Digest add(byte[] bytes, Map<Digest, byte[]> blobs) {
        Digest digest = Digest.of(bytes);
        blobs.put(digest, bytes);
        return digest;
    }

    /** What an agent must understand to carry it out, sorted. */
    private static List<String> requires(Rendering.Rendered rendered) {
        SortedSet<String> features = ModelFeatures.of(rendered.format(), rendered.model());
        if (!rendered.secrets().isEmpty()) {
            features.add(Features.SEALED_SECRETS);
        }
        if (!rendered.siteVariables().isEmpty()) {
            features.add(Features.SITE_VARIABLES);
        }
        return List.copyOf(features);
    }
}
