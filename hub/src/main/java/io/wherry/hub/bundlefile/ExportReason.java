package io.wherry.hub.bundlefile;

import io.wherry.contract.Reason;

/** Why no bundle file is made. */
public enum ExportReason implements Reason {
    /** No agent of that name is in service or waiting, or the selector names none. */
    EXPORT_UNKNOWN_AGENT,
    /** The agent waits for approval: nothing is signed for it. */
    EXPORT_NOT_APPROVED,
    /** The hub was restored and the agent is held: nothing is signed for it. */
    EXPORT_HELD_FOR_REVIEW,
    /** No stack was ever meant for the agent, so there is nothing to carry. */
    EXPORT_NOTHING_ASSIGNED,
    /** The store lacks something that an assignment names: a file without it would be refused. */
    EXPORT_CONTENT_MISSING,
    /** An image that shall come along cannot be had from its registry, or not for the agent's platform. */
    EXPORT_IMAGE_UNAVAILABLE,
    /** One file cannot hold all of it. */
    EXPORT_TOO_LARGE
}
