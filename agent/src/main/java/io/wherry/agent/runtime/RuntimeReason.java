package io.wherry.agent.runtime;

import io.wherry.contract.Reason;

/** Why the runtime did not do what was asked. Stable codes: metric labels, condition reasons, what an operator searches for. */
public enum RuntimeReason implements Reason {
    // Surroundings: what ran keeps running, tried again with backoff.
    /** Nothing answers at the runtime's address. */
    RUNTIME_UNREACHABLE,
    /** The agent's user may not open the runtime's socket, its user on the cluster may not do what is asked, or its login may not push to the site's registry. */
    RUNTIME_FORBIDDEN,
    /** The runtime did not answer within the call's time limit. */
    RUNTIME_TIMEOUT,
    /** The runtime's API is older or newer than this agent speaks. */
    RUNTIME_VERSION_UNSUPPORTED,
    /** Another runtime answers than the one that the stacks were set up on: nothing is changed on it until a person accepts it. */
    RUNTIME_CHANGED,
    /** The runtime answered with an error of its own (5xx). */
    RUNTIME_ERROR,
    /** The cluster's API asks to come back later (429). */
    API_BUSY,
    /** A quota of the namespace does not leave room for an object. */
    QUOTA_EXCEEDED,
    /** The stack is for a swarm, and the engine is no manager of one. */
    SWARM_MANAGER_MISSING,
    /** An image is neither present nor could it be pulled. */
    IMAGE_UNAVAILABLE,
    /** The registry asks to come back later (429). */
    REGISTRY_BUSY,
    /** The site's own registry, where images of bundle files go, does not answer or does not take them. */
    SITE_REGISTRY_UNUSABLE,
    /** No space is left for images, containers or files. */
    DISK_FULL,
    /** A file of the project directory cannot be read or written. */
    FILE_UNWRITABLE,
    /** The folder in memory for secrets cannot be used. */
    SECRETS_UNWRITABLE,
    // Verdicts on this content: found before anything was stopped, or after everything was put back.
    /** The model holds an attribute that this runtime does not carry out. */
    UNSUPPORTED_FIELD,
    /** A secret does not open with this agent's key: it was sealed for somebody else, or changed. */
    SECRET_UNREADABLE,
    /** The model is not valid: wrong type, undefined reference, cycle. */
    MODEL_INVALID,
    /** The engine refused an object as asked for (4xx). */
    REFUSED_BY_RUNTIME,
    /** An admission webhook or policy of the cluster refused an object. */
    ADMISSION_DENIED,
    /** The cluster serves no such kind, or not in that version. */
    KIND_UNKNOWN,
    /** A field that cannot be changed would have to: the object must be made anew, and is not allowed to be. */
    FIELD_IMMUTABLE,
    /** A name that is needed belongs to an object that is not this stack's. */
    NAME_TAKEN,
    /** A port that is needed is in use. */
    PORT_TAKEN,
    /** Addresses that a network or container needs are in use, or are none of its network's. */
    ADDRESS_UNUSABLE,
    /** An external network or volume, or a namespace, that the model names does not exist. */
    EXTERNAL_MISSING,
    /** The change would destroy data: a person must decide. */
    DATA_AT_RISK,
    /** A one-off dependency ended with an error, or one whose network, processes or memory are shared does not run, so what depends on it cannot start. */
    DEPENDENCY_FAILED,
    /** A container that was to take another one's place did not become healthy; the other one was not touched. */
    REPLACEMENT_UNHEALTHY,
    /** A command that runs in a container after its start failed, or a hook of a chart. */
    HOOK_FAILED,
    /** What people started there cannot be taken over as it is: a person must decide. */
    ADOPTION_BLOCKED,
    // Answers to who asks what runs.
    /** Nothing of that stack is at the site, or nothing of it by that name. */
    STACK_NOT_HERE,
    /** The site does not let log lines be read. */
    LOGS_REFUSED,
    /** The runtime has no project of that name. */
    PROJECT_MISSING,
    /** What runs holds something that no Compose file can say. */
    NOT_EXPORTABLE,
    /** The site does not let what runs there be read, or it is more than an answer may hold. */
    EXPORT_REFUSED
}
