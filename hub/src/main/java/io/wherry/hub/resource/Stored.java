package io.wherry.hub.resource;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.Optional;

/**
 * A resource as the hub keeps it.
 *
 * @param uid             random and never used again, unlike the name; of a stack it is the {@code StackId}
 * @param resourceVersion rises with each change of any resource; the ETag
 * @param generation      rises when the spec changes: 1, 2, 3 …
 * @param applied         with which set it was last applied, and who declares it
 * @param times           when it was made, changed, and asked to go while sites still have to confirm
 */
public record Stored<R extends Resource>(
        R resource, String uid, long resourceVersion, long generation, Applied applied, Times times) {

    /**
     * By what it came to be as it is.
     *
     * @param set   with which it was last applied
     * @param owner what declares it, and alone may change it; empty: people may
     */
    public record Applied(Optional<String> set, Optional<Owner> owner) {
        /** By a person, with no set. */
        public static final Applied BY_HAND = new Applied(Optional.empty(), Optional.empty());
    }

    /** When it was made, changed last, and asked to go. */
    public record Times(Instant created, Instant updated, Optional<Instant> deleting) {}

    public String name() {
        return resource.name();
    }

    public Optional<String> set() {
        return applied.set();
    }

    public Optional<Owner> owner() {
        return applied.owner();
    }

    public Optional<Instant> deleting() {
        return times.deleting();
    }

    /** With quotes, as HTTP wants it. */
    public String etag() {
        return "\"" + resourceVersion + "\"";
    }

    /** The resource with what the hub adds to its metadata; {@code apply} takes it back as it is. */
    public Json.Obj toJson() {
        Json.Builder metadata = Json.object();
        resource.metadata().toJson().fields().forEach(metadata::put);
        metadata.put("uid", uid)
                .put("resourceVersion", Long.toString(resourceVersion))
                .put("generation", generation)
                .put("creationTimestamp", times.created().toString())
                .put("updateTimestamp", times.updated().toString())
                .putIf("deletionTimestamp", deleting().map(Instant::toString))
                .putIf("set", set());
        owner().ifPresent(owner -> metadata.put("owner", owner.toJson()));
        Json.Builder json = Json.object();
        resource.toJson()
                .fields()
                .forEach((key, value) -> json.put(key, key.equals("metadata") ? metadata.build() : value));
        return json.build();
    }

    /** Narrows to a kind. @throws ClassCastException if it is of another */
    public <T extends Resource> Stored<T> as(Class<T> type) {
        return new Stored<>(type.cast(resource), uid, resourceVersion, generation, applied, times);
    }
}
