package io.wherry.hub.status;

import io.wherry.contract.Reason;

/** Why a condition is as it is, and what an event tells (docs/reference/reasons.md). */
public enum StatusReason implements Reason {
    /** All that is judged by this condition is in order. */
    ALL_GOOD,
    /** The agent was told, and has not reported on it yet. */
    NOT_REPORTED,
    /** The agent was not heard for longer than it should be silent; what it runs is not known any longer. */
    NOT_HEARD,
    /** The agent never called since it was enrolled. */
    NEVER_HEARD,
    /** The agent waits for a person's approval, was denied, or was retired. */
    NOT_APPROVED,
    /** The hub was restored from a backup, and no person has looked at the agent since: it is offered nothing. */
    HELD_FOR_REVIEW,
    /** The agent knows a later state than this hub: the data folder was put back without a restore. It is offered nothing. */
    HUB_BEHIND,
    /** The agent's state folder exists twice, or was put back to an older state: nothing is offered, and its reports wait at the sites. */
    AGENT_COPIED,
    /** The agent comes back after more than 400 days: it gets no certificate until a person has looked at it. */
    AGENT_ABSENT,
    /** The agent runs what a restored hub has no record of: nothing is offered until there is something newer. */
    CONTENT_UNKNOWN,
    /** The agent gives up all that it runs; then it is retired. */
    RETIRING,
    /** The agent's certificate has expired or was never issued. */
    CERTIFICATE_EXPIRED,
    /** The container engine at the site cannot be used. */
    RUNTIME_PROBLEM,
    /** The agent's clock is off by more than a minute. */
    CLOCK_SKEWED,
    /** The clock of the hub's own machine made a step of more than a day: the hub goes on with the time of before. */
    CLOCK_STEPPED,
    /** A site found that the audit log does not continue what it has seen of it, or the hub that its records are not what was signed. */
    AUDIT_LOG_CHANGED,
    /** Little disk is left where the agent keeps its state. */
    DISK_LOW,
    /** A newer state is known and waits for a person. */
    OUT_OF_SYNC,
    /** A plan that deletes much waits for a person's confirmation. */
    CONFIRMATION_NEEDED,
    /** New content waits until enough people have approved it; what was deployed stays. */
    APPROVAL_NEEDED,
    /** A release is made and waits for the signatures of approvers; what was deployed stays. */
    AWAITING_APPROVAL,
    /** A rollout is under way: it brings new content to the targets in waves. */
    ROLLING_OUT,
    /** The next wave of a rollout begins on a person's word. */
    ROLLOUT_GATED,
    /** A rollout stopped: too many targets failed, or a person stopped it. */
    ROLLOUT_PAUSED,
    /** A person ended a rollout: targets that it did not reach keep what they have. */
    ROLLOUT_ABORTED,
    /** Too many targets of a rollout failed: all that were offered its content go back to what they had. */
    ROLLOUT_REVERTING,
    /** All targets of a rollout that failed have what they had before; other content begins anew. */
    ROLLOUT_REVERTED,
    /** A rollout is through. */
    ROLLED_OUT,
    /** A rollout is through all waves, and some targets failed, were not heard, or cannot have the content for now. */
    STRAGGLERS,
    /** Other content came before a rollout was through. */
    ROLLOUT_SUPERSEDED,
    /** The stack names a rollout policy that does not exist. */
    ROLLOUT_POLICY_MISSING,
    /** The stack is pinned to an earlier release. */
    PINNED,
    /** No selector names the agent any longer; it keeps what it has. */
    DETACHED,
    /** Suspended by a person. */
    SUSPENDED,
    /** The agent is working on it. */
    IN_PROGRESS,
    /** The site differs from what was assigned. */
    DRIFT_FOUND,
    /** The site's differences were repaired. */
    DRIFT_CORRECTED,
    /** The new generation was unhealthy or refused; the site went back by itself, and does not try this generation again. */
    ROLLED_BACK,
    /** It could not be applied, and the site could not go back. */
    APPLY_FAILED,
    /** It was applied and is not healthy. */
    UNHEALTHY,
    /** Surroundings (registry, disk, engine) are in the way; the site keeps trying. */
    PENDING,
    /** What is left at the site that no release permits to delete. */
    LEFTOVER,
    /** Removed from the site, and confirmed. */
    REMOVED,
    /** The stack names no target, or none matches. */
    NO_TARGETS,
    /** It was applied and is healthy. */
    APPLIED,
    /** Receipts between two that arrived are missing. */
    RECEIPTS_MISSING,
    /** Two receipts of one agent bear the same number: a copied state folder, or tampering. */
    RECEIPT_FORK,
    /** A receipt does not verify; it is kept raw. */
    RECEIPT_UNREADABLE,
    /** The agent no longer has receipts that this hub lacks: its outbox was full, or the hub was restored. */
    RECEIPTS_DROPPED,
    /** The agent refuses its assignment. */
    ASSIGNMENT_REFUSED
}
