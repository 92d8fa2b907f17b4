package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The fleet as {@code GET /status} tells it, counted once for everybody who looks. It is the one answer that rests on every agent; however many
 * browsers are open, it is made no more often than this.
 */
final class Glance {
    static final Duration FRESH = Duration.ofSeconds(1);

    private final InstantSource clock;
    private Instant madeAt = Instant.MIN;
    private Json.Obj made = Json.object().build();

    Glance(InstantSource clock) {
        this.clock = clock;
    }

    synchronized Json.Obj of(Visit visit) {
        Instant now = clock.instant();
        if (now.isBefore(madeAt) || !now.isBefore(madeAt.plus(FRESH))) {
            made = visit.get("/status");
            madeAt = now;
        }
        return made;
    }
}
