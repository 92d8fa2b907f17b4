package io.wherry.hub.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;

/**
 * One leaf of the log.
 *
 * @param index its place, 0 is the first
 * @param leaf  the exact bytes that were hashed: canonical JSON; not copied, do not change it
 */
public record AuditRecord(long index, byte[] leaf) {
    public Json.Obj event() {
        return JsonReader.object(leaf);
    }

    /** The event with its place. */
    public Json.Obj toJson() {
        Json.Builder json = Json.object().put("index", index);
        event().fields().forEach(json::put);
        return json.build();
    }

    @Override
    public String toString() {
        return index + " " + new String(leaf, UTF_8);
    }
}
