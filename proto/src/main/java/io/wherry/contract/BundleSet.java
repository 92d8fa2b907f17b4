package io.wherry.contract;

import io.wherry.contract.json.Json;

/**
 * Several bundles under one release: one per distinct set of values that steers rendering. The entry carries the {@link Proof} for its own.
 *
 * @param root RFC 6962 root over the sorted digests (32 raw bytes each) of the bundles' manifests
 * @param size how many there are; 1 to {@link Limits#BUNDLE_SET}
 */
public record BundleSet(Digest root, long size) {
    public BundleSet {
        Check.range("size", size, 1, Limits.BUNDLE_SET);
    }

    Json toJson() {
        return Json.object().put("root", root.toString()).put("size", size).build();
    }

    static BundleSet parse(Json.Obj set) {
        return new BundleSet(Codec.digest(set, "root"), set.integer("size"));
    }
}
