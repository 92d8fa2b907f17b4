package io.wherry.hub.api;

import io.wherry.contract.Reason;

/** Why a request was not served. */
public enum ApiReason implements Reason {
    /** The request cannot be read as what the route takes. */
    BAD_REQUEST,
    /** A document in the request is not valid; every problem is named with its place. */
    INVALID,
    /** There is no such route or object. */
    NOT_FOUND,
    /** The object is not in the state this needs, or was changed since the caller saw it. */
    CONFLICT,
    /** There is such a path, and not with this method; {@code Allow} names those there are. */
    METHOD_NOT_ALLOWED,
    /** The body is larger than the limit. */
    TOO_LARGE,
    /** As many as may do this at once are doing it. */
    BUSY,
    /** The agent did not ask for news in time, so it could not be told. */
    NO_ANSWER,
    /** The hub's disk has no room for this. Nothing of it was kept; what was answered before is safe. */
    DISK_FULL,
    /** The hub failed; its log has the cause under the request's id. */
    INTERNAL
}
