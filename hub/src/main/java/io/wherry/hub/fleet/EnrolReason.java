package io.wherry.hub.fleet;

import io.wherry.contract.Reason;

/** Why an enrolment is refused. */
public enum EnrolReason implements Reason {
    /** No such token: mistyped, of another hub, or revoked and forgotten. */
    TOKEN_UNKNOWN,
    /** Another key presented this token first. */
    TOKEN_USED,
    /** Presented for the first time after its time was over. */
    TOKEN_EXPIRED,
    /** An operator took it back. */
    TOKEN_REVOKED,
    /** The signing request is malformed, not of P-256, or not signed by its own key. */
    BAD_SIGNING_REQUEST,
    /** The sealing key is not 32 bytes, or not signed by the identity key. */
    BAD_SEALING_KEY,
    /** The facts break a limit of the protocol. */
    BAD_FACTS,
    /** The token is for another environment than the site is in. */
    ENVIRONMENT_MISMATCH,
    /** This key already belongs to an agent that joined with another token. */
    KEY_IN_USE,
    /** The agent of this key was retired: a retired key never comes back. */
    AGENT_RETIRED
}
