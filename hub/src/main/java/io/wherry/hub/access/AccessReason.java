package io.wherry.hub.access;

import io.wherry.contract.Reason;

/** Why a request was refused. */
public enum AccessReason implements Reason {
    /** No key was shown. */
    LOGIN_REQUIRED,
    /** What was shown is no key of this hub: mistyped, revoked, or another hub's. */
    KEY_UNKNOWN,
    /** The key was good once. */
    KEY_EXPIRED,
    /** The key is good and its role may not do this. */
    ROLE_DENIED,
    /** Whoever calls a webhook has not shown the secret of its source; or there is no such source, or it has no webhook. */
    WEBHOOK_REFUSED
}
