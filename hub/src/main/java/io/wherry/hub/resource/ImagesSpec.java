package io.wherry.hub.resource;

import io.wherry.contract.Limits;
import io.wherry.contract.json.Json;
import java.util.List;

/**
 * How a stack comes to its images.
 *
 * @param resolveDigests the hub writes the digest that each tag has at its registry into what sites get
 * @param credentials    names of the hub's logins for registries that agents show when they pull
 */
public record ImagesSpec(boolean resolveDigests, List<String> credentials) {
    /** What runs is decided by the registry on the day that a site pulls, without a login. */
    public static final ImagesSpec DEFAULT = new ImagesSpec(false, List.of());

    public ImagesSpec {
        credentials = credentials.stream().distinct().toList();
        credentials.forEach(name -> Names.requireName("credentials", name));
        if (credentials.size() > Limits.REGISTRY_LOGINS) {
            throw new IllegalArgumentException("credentials: " + credentials.size() + " (expected: at most "
                    + Limits.REGISTRY_LOGINS + ", one for each registry)");
        }
    }

    /** Left out where it says nothing: what was stored before there was such a field is the same resource. */
    void put(Json.Builder json) {
        if (!equals(DEFAULT)) {
            json.put(
                    "images",
                    Json.object()
                            .put("resolveDigests", resolveDigests)
                            .put("credentials", credentials)
                            .build());
        }
    }
}
