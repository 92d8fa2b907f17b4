package io.wherry.hub.resource;

/** What became of a resource that was to be stored. */
public sealed interface Put {
    record Created(Stored<? extends Resource> now) implements Put {}

    record Changed(Stored<? extends Resource> before, Stored<? extends Resource> now) implements Put {}

    /** Equal to what was there; nothing was written, apart from the set's name. */
    record Unchanged(Stored<? extends Resource> now) implements Put {}

    /** Somebody else changed it since the version that the caller saw, or it is being deleted. */
    record Conflict(ResourceReason reason, String detail) implements Put {}

    /** It contradicts other resources: a cycle of {@code dependsOn}. */
    record Refused(ResourceReason reason, String detail) implements Put {}
}
