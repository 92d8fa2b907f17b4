package io.wherry.agent.health;

import io.wherry.contract.Reason;

/** Why a stack is not healthy. Stable codes. */
public enum HealthReason implements Reason {
    /** The process ended although it should run, or ended with an error. */
    EXITED,
    /** The kernel killed it for using more memory than its limit. */
    OUT_OF_MEMORY,
    /** It ends and is restarted over and over. */
    CRASH_LOOPING,
    /** Its health check fails. */
    HEALTH_CHECK_FAILED,
    /** Not healthy within the time it had. */
    HEALTH_TIMEOUT,
    /** The swarm stopped the update of a service, or undid it, as its {@code failure_action} says. */
    UPDATE_FAILED,
    /** An object is not there. */
    OBJECT_MISSING,
    /** A node cannot pull the image of a pod. */
    PULL_FAILED,
    /** No node takes the pod. */
    UNSCHEDULABLE,
    /** The namespace's quota leaves no room for the pods. */
    QUOTA_EXCEEDED,
    /** The cluster refuses the pods: by its admission, or because their service account is missing. */
    PODS_REFUSED,
    /** A container cannot be started: what it mounts or refers to is missing, or its command. */
    CONTAINER_NOT_STARTED,
    /** The object's own status, or the stack's rule for it, says that it has failed. */
    OBJECT_FAILED
}
