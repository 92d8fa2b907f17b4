package io.wherry.hub.resource;

import io.wherry.contract.json.Json;

/** One declared thing. Its JSON is the same document that {@code apply} takes: {@code status} is added by who knows it. */
public sealed interface Resource permits Source, Stack, Agent, Group, RolloutPolicy, Policy {
    String API_VERSION = "wherry.io/v1alpha1";

    Metadata metadata();

    ResourceKind kind();

    /** The {@code spec} with every default filled in. */
    Json.Obj spec();

    default String name() {
        return metadata().name();
    }

    /** {@code apiVersion, kind, metadata, spec}. */
    default Json.Obj toJson() {
        return Json.object()
                .put("apiVersion", API_VERSION)
                .put("kind", kind().word())
                .put("metadata", metadata().toJson())
                .put("spec", spec())
                .build();
    }
}
