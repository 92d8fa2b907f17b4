package io.wherry.hub.release;

import io.wherry.contract.Reason;

/** Why signatures of approvers are not taken. */
public enum ApprovalReason implements Reason {
    /** The hub waits for nobody to sign this release: it is signed already, something newer took its place, or it is not one of this stack. */
    APPROVAL_NOT_AWAITED,
    /** A signature is by no key that the trust root names for these environments, or over other bytes. */
    APPROVER_UNKNOWN
}
