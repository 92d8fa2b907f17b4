package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Puts the address of the card where the engine takes it: until API 1.43 in the container, later in its first endpoint. */
final class MacAddresses {
    private static final ApiVersion BY_ENDPOINT = new ApiVersion(1, 44);
    private static final String FIELD = "MacAddress";

    private MacAddresses() {}

    /** @return the first endpoint as it shall be sent; may change the body */
    static Map.Entry<String, Json.Obj> place(
            Map.Entry<String, Json.Obj> first, SequencedMap<String, Json> body, ApiVersion engine) {
        SequencedMap<String, Json> endpoint =
                new LinkedHashMap<>(first.getValue().fields());
        if (engine.compareTo(BY_ENDPOINT) >= 0) {
            Json own = body.remove(FIELD);
            if (own != null) {
                endpoint.putIfAbsent(FIELD, own);
            }
        }
        return Map.entry(first.getKey(), new Json.Obj(endpoint));
    }
}
