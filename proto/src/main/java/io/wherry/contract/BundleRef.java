package io.wherry.contract;

import io.wherry.contract.json.Json;

/**
 * The name of a bundle.
 *
 * @param digest    SHA-256 of its manifest's bytes
 * @param sizeBytes length of the manifest and of all its blobs, each distinct one once; 1 to {@link Limits#BUNDLE_BYTES}
 */
public record BundleRef(Digest digest, long sizeBytes) {
    public BundleRef {
        Check.range("sizeBytes", sizeBytes, 1, Limits.BUNDLE_BYTES);
    }

    Json toJson() {
        return Json.object()
                .put("digest", digest.toString())
                .put("size", sizeBytes)
                .build();
    }

    static BundleRef parse(Json.Obj bundle) {
        return new BundleRef(Codec.digest(bundle, "digest"), bundle.integer("size"));
    }
}
