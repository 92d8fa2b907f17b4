package io.wherry.agent.trust;

import io.wherry.contract.Reason;

/** Why content is not here yet. Surroundings: tried again. */
public enum TrustReason implements Reason {
    /** The hub does not have it for this agent, or not yet. */
    CONTENT_UNAVAILABLE,
    /** What came is not what its digest says; it was discarded. */
    CONTENT_DAMAGED
}
