package io.wherry.hub.api;

import io.wherry.hub.access.Principal;

/** Writes down who was refused what: the audit log's stream {@code policy}. */
@FunctionalInterface
interface Denials {
    void denied(Principal principal, String from, Route route);
}
