package io.wherry.contract;

import io.wherry.contract.json.Json;

/**
 * A container image that comes in the same bundle file as the assignment that names it, for the platform of that agent. What the site's engine has under one
 * of the two ids already need not be in the file.
 *
 * @param name     as the Compose model writes it; at most {@link Limits#LOCATION_CHARS}
 * @param manifest digest of the image manifest: the image id on the containerd image store
 * @param config   digest of the image configuration: the image id on the classic image store
 */
public record CarriedImage(String name, Digest manifest, Digest config) {
    public CarriedImage {
        Check.filled("name", name, Limits.LOCATION_CHARS);
    }

    Json toJson() {
        return Json.object()
                .put("name", name)
                .put("manifest", manifest.toString())
                .put("config", config.toString())
                .build();
    }

    static CarriedImage parse(Json.Obj image) {
        return new CarriedImage(image.string("name"), Codec.digest(image, "manifest"), Codec.digest(image, "config"));
    }
}
