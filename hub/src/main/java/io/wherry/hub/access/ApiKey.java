package io.wherry.hub.access;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.Optional;

/**
 * A key for the operators' API, without its secret, which only a hash is kept of.
 *
 * @param id        10 characters, shown in lists and part of the key itself
 * @param name      who or what uses it; unique
 * @param times     made, expires (never, if empty), last used (to the minute)
 */
public record ApiKey(String id, String name, Role role, String createdBy, Times times) {
    /** When it was made, ends, and was used last. */
    public record Times(Instant created, Optional<Instant> expires, Optional<Instant> lastUsed) {}

    public boolean expired(Instant now) {
        return times.expires().filter(end -> !now.isBefore(end)).isPresent();
    }

    public Json.Obj toJson() {
        return Json.object()
                .put("id", id)
                .put("name", name)
                .put("role", role.word())
                .put("createdBy", createdBy)
                .put("created", times.created().toString())
                .putIf("expires", times.expires().map(Instant::toString))
                .putIf("lastUsed", times.lastUsed().map(Instant::toString))
                .build();
    }
}
