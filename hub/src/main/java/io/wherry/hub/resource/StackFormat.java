package io.wherry.hub.resource;

import io.wherry.contract.ModelFormat;
import io.wherry.contract.json.Json;

/** What the files of a stack are, and how they are read. */
public sealed interface StackFormat permits ComposeSpec, KubernetesSpec {

    /** As written in {@code format:}. */
    String word();

    /** What they are rendered to. */
    ModelFormat model();

    /** Whether what people made at the sites is taken over. */
    boolean adopt();

    /** The fields of the stack that say it. */
    void put(Json.Builder spec);
}
