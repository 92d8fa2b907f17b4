package io.wherry.hub.registry;

import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.registry.ImageReference;
import io.wherry.contract.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/** Images as their registries have them now. */
public final class ImageResolver implements ImageSource, ImageDigests {
    /** Engines write some kilobytes; history and labels are in it. */
    private static final int MAX_CONFIG_BYTES = 4 << 20;

    static final Set<String> INDEXES = Set.of(ImageIndex.OCI, ImageIndex.DOCKER);

    private final RegistryClient client;

    public ImageResolver(RegistryClient client) {
        this.client = client;
    }

    /**
     * An image for one platform; its blobs are still at the registry.
     *
     * @param bytes of the manifest; not copied: do not change it
     */
    public record Resolved(ImageReference reference, CarriedImage image, ImageManifest manifest, byte[] bytes) {}

    @Override
    public Resolved resolve(String name, Platform platform) throws IOException {
        ImageReference reference = reference(name);
        RegistryClient.Document document = client.manifest(reference, reference.version());
        try {
            byte[] bytes = INDEXES.contains(document.mediaType())
                    ? ofIndex(name, reference, platform, document.bytes())
                    : document.bytes();
            ImageManifest manifest = ImageManifest.parse(bytes);
            requirePlatform(name, reference, manifest.config(), platform);
            return new Resolved(
                    reference,
                    new CarriedImage(name, Digest.of(bytes), manifest.config().digest()),
                    manifest,
                    bytes);
        } catch (JsonException e) {
            throw unreadable(name, e);
        }
    }

    @Override
    public Digest digest(String image) throws IOException {
        ImageReference reference = reference(image);
        RegistryClient.Document document = client.manifest(reference, reference.version());
        try {
            if (!INDEXES.contains(document.mediaType())) {
                ImageManifest.parse(document.bytes());
            } else if (ImageIndex.manifests(document.bytes()).isEmpty()) {
                throw new JsonException("manifests: none (expected: one for each platform)");
            }
        } catch (JsonException e) {
            throw unreadable(image, e);
        }
        return document.digest();
    }

    private static RegistryException unreadable(String name, JsonException e) {
        return new RegistryException(
                "image " + name + ": its manifest cannot be read: " + e.getMessage(), "is that an image?", e);
    }

    @Override
    public InputStream open(Resolved image, Descriptor part) throws IOException {
        return client.blob(image.reference(), part);
    }

    static ImageReference reference(String name) throws RegistryException {
        try {
            return ImageReference.parse(name);
        } catch (IllegalArgumentException e) {
            throw new RegistryException(String.valueOf(e.getMessage()), "correct its name", e);
        }
    }

    private byte[] ofIndex(String name, ImageReference reference, Platform platform, byte[] index) throws IOException {
        ImageIndex images = ImageIndex.parse(index);
        Digest manifest = images.find(platform)
                .orElseThrow(() -> new RegistryException(
                        "image " + name + ": there is none for " + platform + ", but for "
                                + String.join(
                                        ", ",
                                        images.members().stream()
                                                .map(member -> member.platform().toString())
                                                .toList()),
                        "build it for that platform too"));
        return client.manifest(reference, manifest.toString()).bytes();
    }

    /** An image of one platform says in its configuration alone which one that is. */
    private void requirePlatform(String name, ImageReference reference, Descriptor config, Platform platform)
            throws IOException {
        if (config.size() > MAX_CONFIG_BYTES) {
            throw new RegistryException(
                    "image " + name + ": its configuration has " + config.size() + " bytes (expected: at most "
                            + MAX_CONFIG_BYTES + ")",
                    "is that an image?");
        }
        Json.Obj json;
        try (InputStream in = client.blob(reference, config)) {
            json = JsonReader.object(in.readAllBytes());
        }
        Platform made = new Platform(
                json.string("os"),
                json.string("architecture"),
                json.findString("variant").orElse(""));
        if (!made.runsOn(platform)) {
            throw new RegistryException(
                    "image " + name + ": is for " + made + ", and " + platform + " is asked for",
                    "build it for that platform, or ask for another");
        }
    }
}
