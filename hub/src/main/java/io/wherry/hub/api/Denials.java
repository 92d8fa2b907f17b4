package io.wherry.hub.api;

import io.wherry.hub.access.Principal;
import java.util.Map;

/** Writes down who was refused what: the audit log's stream {@code policy}. */
@FunctionalInterface
interface Denials {
    /**
     * @param parameters what stood in the place of each name in the route's path
     * @param reason     stable code
     * @param message    why, in one sentence
     */
    void denied(
            Principal principal,
            String from,
            Route route,
            Map<String, String> parameters,
            String reason,
            String message);
}
