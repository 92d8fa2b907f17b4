package io.wherry.hub.vault;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.Optional;

/**
 * A credential, without its value.
 *
 * @param host    the one host it is sent to, {@code HOST} or {@code HOST:PORT}
 * @param version 1, 2, 3 …: rises with each rotation
 * @param times   when it was made, rotated, ends and was used last
 */
public record Credential(String name, String type, String host, long version, Times times) {
    /** Its dates. */
    public record Times(Instant created, Instant rotated, Optional<Instant> expires, Optional<Instant> lastUsed) {}

    /** Whether it is sent to that host. */
    public boolean isFor(String other) {
        return host.equals(Hosts.normal(other));
    }

    public boolean expired(Instant now) {
        return times.expires().filter(end -> !now.isBefore(end)).isPresent();
    }

    public Json.Obj toJson() {
        return Json.object()
                .put("name", name)
                .put("type", type)
                .put("host", host)
                .put("version", version)
                .put("created", times.created().toString())
                .put("rotated", times.rotated().toString())
                .putIf("expires", times.expires().map(Instant::toString))
                .putIf("lastUsed", times.lastUsed().map(Instant::toString))
                .build();
    }
}
