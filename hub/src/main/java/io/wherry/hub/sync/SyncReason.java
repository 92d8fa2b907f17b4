package io.wherry.hub.sync;

import io.wherry.contract.Reason;

/** Why a stack, or one of its targets, keeps what it has (docs/reference/reasons.md). */
public enum SyncReason implements Reason {
    /** The source that the stack names does not exist, or is of a type that does not hold what the stack takes from it. */
    SOURCE_MISSING,
    /** The source was not fetched yet. */
    SOURCE_NOT_FETCHED,
    /** The hub itself failed at this stack; its log has the details. */
    TURN_FAILED,
    /** The agent is too old for what the bundle needs. */
    AGENT_TOO_OLD,
    /** The agent has another runtime than the stack is made for: Docker, or Kubernetes. */
    OTHER_RUNTIME,
    /** A source that could not be read can be read again. */
    SOURCE_BACK,
    /** The stack's files cannot be rendered. */
    RENDER_FAILED,
    /** The registry of one of the stack's images is being asked for a digest. */
    IMAGE_DIGEST_PENDING,
    /** The digest of one of the stack's images cannot be had from its registry. */
    IMAGE_UNRESOLVED,
    /** The chart of the stack is being fetched from where it lies. */
    CHART_PENDING,
    /** The chart of the stack cannot be had from where it lies. */
    CHART_UNAVAILABLE,
    /** The chart's version is another archive there than the one that was fetched first, or than the stack names; waits for a person. */
    CHART_MOVED,
    /** The chart of the stack is not signed by a key that the stack names. */
    CHART_UNVERIFIED,
    /** The path names a label that the agent does not have. */
    LABEL_MISSING,
    /** A site variable has neither a value nor a default. */
    SITE_VARIABLE_MISSING,
    /** The value of a site variable does not match its pattern. */
    SITE_VARIABLE_REFUSED,
    /** A secret of the stack's files has no value that the stack may have. */
    SECRET_UNAVAILABLE,
    /** Another stack of the same agent has the same Compose project. */
    PROJECT_TAKEN,
    /** The stack already runs here under another Compose project; its volumes would be orphaned. */
    PROJECT_FIXED,
    /** The stack is for a swarm, and the agent's engine is no manager of one. */
    SWARM_MANAGER_MISSING,
    /** The stack already runs here in the other mode, containers or swarm. */
    MODE_FIXED,
    /** The agent has as many stacks as an assignment holds. */
    AGENT_FULL,
    /** The stack depends on one that does not exist or does not go to this agent. */
    DEPENDENCY_MISSING,
    /** The stack is pinned to a revision that this agent never had. */
    NOT_IN_PINNED_REVISION,
    /** A plan that deletes much waits for a person. */
    TOO_MANY_DELETIONS,
    /** A policy that governs the agent does not let the content through. */
    POLICY_DENIED,
    /** A policy that governs an agent asks for a change record and a reason, and none was named. */
    CHANGE_RECORD_MISSING
}
