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
    /** The body is larger than the limit. */
    TOO_LARGE,
    /** The hub failed; its log has the cause under the request's id. */
    INTERNAL
}
