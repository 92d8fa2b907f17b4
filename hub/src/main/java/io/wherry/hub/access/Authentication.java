package io.wherry.hub.access;

/** What became of a bearer token. */
public sealed interface Authentication {
    record Authenticated(Principal principal) implements Authentication {}

    /** @param detail for the person; holds nothing of what was shown */
    record Rejected(AccessReason reason, String detail) implements Authentication {}
}
