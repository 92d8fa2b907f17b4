package io.wherry.agent.reconcile;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.state.StackRecord.Note;
import io.wherry.agent.state.StateException;
import io.wherry.contract.Reason;

/** Why the agent itself holds something back, or gave it a verdict. The runtime, the hub and the verifier have codes of their own. */
public enum AgentReason implements Reason {
    /** A person at the site asked to leave everything as it is. */
    PAUSED,
    /** A stack it depends on is not healthy in its present generation yet. */
    WAITING_FOR_DEPENDENCY,
    /** A stack that depends on it has not gone yet. */
    WAITING_FOR_DEPENDENT,
    /** New content begins in windows of time that a policy of the hub names, and none is open now. */
    OUTSIDE_WINDOW,
    /** The assignment has expired: nothing new is applied until a fresh one comes; what runs goes on. */
    STALE,
    /** The agent's own disk refuses, though there is room on it. */
    STATE_UNWRITABLE,
    /** The agent died in the middle of this apply, again and again. */
    CRASHED_WHILE_APPLYING,
    /** It went in circles without ever becoming healthy. */
    TOO_MANY_TRANSITIONS,
    /** Not healthy within the time it had, and nothing said why. */
    HEALTH_TIMEOUT,
    /** The content cannot be carried out with this site's variables. */
    SITE_VARIABLES_INVALID,
    /** The content is not what its manifest says it is. */
    CONTENT_INVALID,
    /** More objects, or larger ones, than this agent's memory takes; nothing of it was touched. */
    STACK_TOO_LARGE,
    /** The runtime kept failing in the middle of the apply: what ran before was brought back, and it is tried again. */
    APPLY_INTERRUPTED,
    /** What ran last cannot be brought back completely: some of its content or one of its images is gone. */
    ROLLBACK_UNAVAILABLE,
    /** The site's own workload policy does not allow what this content asks for; the rule stands in the message. */
    POLICY_DENIED,
    /** What runs here was committed before the site's policy said otherwise: it goes on, and would be refused today. */
    POLICY_WOULD_REFUSE,
    /** What runs differs from what was asked for. */
    DRIFTED,
    /** The hub's audit log does not continue the one that this site has seen. */
    LOG_FORKED,
    /** Not assigned any more, and still running. */
    UNASSIGNED,
    /** Objects that are neither declared nor permitted to be deleted stay. */
    LEFTOVER;

    /** What is told of a disk that refuses. */
    static Note note(StateException e) {
        Reason why = e.isFull() ? RuntimeReason.DISK_FULL : STATE_UNWRITABLE;
        return new Note(why.code(), String.valueOf(e.getMessage()));
    }
}
