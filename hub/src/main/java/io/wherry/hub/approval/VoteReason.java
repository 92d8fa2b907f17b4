package io.wherry.hub.approval;

import io.wherry.contract.Reason;

/** Why what somebody says to a plan is not taken. */
public enum VoteReason implements Reason {
    /** It is not the plan that waits: other content came, its targets are others, or nothing waits. */
    PLAN_CHANGED,
    /** Whoever made a change does not approve it. */
    OWN_CHANGE
}
