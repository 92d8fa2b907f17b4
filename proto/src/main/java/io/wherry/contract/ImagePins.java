package io.wherry.contract;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The digests of the images of a bundle, as the hub resolved them: the blob of media type {@link Layer#IMAGES}.
 *
 * @param images sorted by name; an image that could not be resolved is not here
 */
public record ImagePins(List<Image> images) {
    private static final int MAX_PLATFORMS = 64;

    /**
     * @param name  as the Compose model writes it
     * @param index digest of the index; absent where the registry gave a manifest at once
     */
    public record Image(String name, Optional<Digest> index, List<Platform> platforms) {
        public Image {
            Check.filled("name", name, Limits.LOCATION_CHARS);
            platforms = platforms.stream()
                    .sorted(Comparator.comparing(Platform::platform))
                    .toList();
            Check.range("platforms", platforms.size(), 1, MAX_PLATFORMS);
            Check.distinct(
                    "platforms", platforms.stream().map(Platform::platform).toList());
        }
    }

    /**
     * @param platform {@code linux/amd64}, {@code linux/arm/v7}
     * @param manifest digest of the image manifest: the image id on the containerd image store
     * @param config   digest of the image configuration: the image id on the classic image store
     */
    public record Platform(String platform, Digest manifest, Digest config) {
        public Platform {
            Check.filled("platform", platform, Limits.FEATURE_CHARS);
        }
    }

    public ImagePins {
        images = images.stream().sorted(Comparator.comparing(Image::name)).toList();
        Check.range("images", images.size(), 1, Limits.LAYERS);
        Check.distinct("images", images.stream().map(Image::name).toList());
    }

    /** The canonical bytes: equal pins give equal bytes. */
    public byte[] toBytes() {
        return JsonWriter.canonical(Json.object()
                .put(
                        "images",
                        new Json.Arr(images.stream().map(ImagePins::toJson).toList()))
                .build());
    }

    private static Json toJson(Image image) {
        return Json.object()
                .put("name", image.name())
                .putIf("index", image.index().map(Digest::toString))
                .put(
                        "platforms",
                        new Json.Arr(image.platforms().stream()
                                .<Json>map(p -> Json.object()
                                        .put("platform", p.platform())
                                        .put("manifest", p.manifest().toString())
                                        .put("config", p.config().toString())
                                        .build())
                                .toList()))
                .build();
    }

    /** @throws JsonException naming what is wrong */
    public static ImagePins parse(byte[] bytes) {
        Json.Obj pins = JsonReader.statement(bytes, (int) Limits.MODEL_BYTES);
        try {
            return new ImagePins(
                    pins.objects("images").stream().map(ImagePins::image).toList());
        } catch (IllegalArgumentException e) {
            throw new JsonException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Image image(Json.Obj image) {
        return new Image(
                image.string("name"),
                Codec.findDigest(image, "index"),
                image.objects("platforms").stream()
                        .map(p -> new Platform(
                                p.string("platform"), Codec.digest(p, "manifest"), Codec.digest(p, "config")))
                        .toList());
    }
}
