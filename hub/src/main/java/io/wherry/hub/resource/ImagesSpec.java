package io.wherry.hub.resource;

import io.wherry.contract.json.Json;

/**
 * How a stack comes to its images.
 *
 * @param resolveDigests the hub writes the digest that each tag has at its registry into what sites get
 */
public record ImagesSpec(boolean resolveDigests) {
    /** What runs is decided by the registry on the day that a site pulls. */
    public static final ImagesSpec DEFAULT = new ImagesSpec(false);

    /** Left out where it says nothing: what was stored before there was such a field is the same resource. */
    void put(Json.Builder json) {
        if (!equals(DEFAULT)) {
            json.put("images", Json.object().put("resolveDigests", resolveDigests).build());
        }
    }
}
