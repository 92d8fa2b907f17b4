package io.wherry.agent.hubclient;

import io.wherry.contract.Reason;

/** Why a call to the hub came to nothing before the hub judged it. */
public enum Trouble implements Reason {
    /** No connection: name, route, port, proxy or time limit. */
    HUB_UNREACHABLE,
    /** Something answered that is not this agent's hub: its certificate does not come from the pinned CA, or not for that name. */
    HUB_NOT_TRUSTED,
    /** The hub asks to come back later. */
    HUB_BUSY,
    /** The hub and this agent speak different versions of the protocol. */
    PROTOCOL_MISMATCH,
    /** The dates of the hub's certificate do not fit this site's clock: nothing new is adopted until they do. */
    CLOCK_IN_DOUBT
}
