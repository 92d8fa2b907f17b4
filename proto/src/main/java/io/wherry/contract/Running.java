package io.wherry.contract;

import io.wherry.contract.json.Json;

/** What of a stack runs now: the generation, and the digest of its bundle's manifest. */
public record Running(long generation, Digest bundle) {
    public Running {
        Check.range("generation", generation, 1, Limits.INTEGER);
    }

    Json toJson() {
        return Json.object()
                .put("generation", generation)
                .put("bundle", bundle.toString())
                .build();
    }

    static Running parse(Json.Obj running) {
        return new Running(running.integer("generation"), Codec.digest(running, "bundle"));
    }
}
