package io.wherry.agent.runtime.kubernetes.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.LoadableImage;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.file.BundleFileWriter;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;

/** An image of one layer, of a few bytes, as a bundle file brings it. */
final class Carried {
    private Carried() {}

    static LoadableImage image(String name) {
        byte[] config = "{}".getBytes(UTF_8);
        byte[] layer = ("layer of " + name).getBytes(UTF_8);
        return image(
                name,
                config,
                layer,
                digest -> new ByteArrayInputStream(digest.equals(Digest.of(config)) ? config : layer));
    }

    static LoadableImage image(String name, byte[] config, byte[] layer, BundleFileWriter.Source source) {
        ImageManifest manifest = new ImageManifest(
                ImageManifest.OCI,
                Descriptor.blob("application/vnd.oci.image.config.v1+json", config, Map.of()),
                List.of(Descriptor.blob("application/vnd.oci.image.layer.v1.tar", layer, Map.of())));
        byte[] bytes = manifest.toBytes();
        CarriedImage image = new CarriedImage(name, Digest.of(bytes), Digest.of(config));
        return new LoadableImage(image, manifest, bytes, source, List.of(image));
    }
}
