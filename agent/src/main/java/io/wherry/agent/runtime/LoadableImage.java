package io.wherry.agent.runtime;

import io.wherry.contract.CarriedImage;
import io.wherry.contract.file.BundleFileWriter;
import io.wherry.contract.file.ImageArchive;
import io.wherry.contract.file.ImageManifest;
import java.io.InputStream;
import java.util.List;

/**
 * An image that was found whole, but is not in the runtime yet.
 *
 * @param image    how an assignment names it
 * @param manifest of which {@code bytes} is the form; not copied: do not change it
 * @param parts    has configuration and layers
 * @param among    all images of its assignment: what the runtime must tell it from
 */
public record LoadableImage(
        CarriedImage image,
        ImageManifest manifest,
        byte[] bytes,
        BundleFileWriter.Source parts,
        List<CarriedImage> among) {

    public LoadableImage {
        among = List.copyOf(among);
    }

    /** As {@code docker load} takes it. */
    public InputStream archive() {
        return ImageArchive.open(manifest, bytes, parts);
    }

    /** The same under a name, as containerd takes it. */
    public InputStream archive(String name) {
        return ImageArchive.open(manifest, bytes, parts, name);
    }
}
