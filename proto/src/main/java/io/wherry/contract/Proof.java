package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.util.List;

/**
 * That a bundle is one of a {@link BundleSet}: an RFC 6962 inclusion proof.
 *
 * @param index place of the bundle among the sorted digests, from 0
 * @param path  hashes from the leaf's neighbour up; at most {@link Limits#PROOF_STEPS}
 */
public record Proof(long index, List<Digest> path) {
    public Proof {
        Check.range("index", index, 0, Limits.BUNDLE_SET - 1);
        Check.count("path", path, Limits.PROOF_STEPS);
        path = List.copyOf(path);
    }

    Json toJson() {
        return Json.object()
                .put("index", index)
                .put("path", path.stream().map(Digest::toString).toList())
                .build();
    }

    static Proof parse(Json.Obj proof) {
        return new Proof(proof.integer("index"), Codec.digests(proof, "path"));
    }
}
