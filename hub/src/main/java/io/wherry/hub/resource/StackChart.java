package io.wherry.hub.resource;

import io.wherry.contract.json.Json;

/** A chart that lies elsewhere than its stack's files. */
public sealed interface StackChart permits ChartFrom, SourceChart {
    /** As it stands in the stack. */
    Json.Obj toJson();
}
