package io.wherry.hub.resource;

import io.wherry.contract.Reason;

/** Why a resource was not stored. */
public enum ResourceReason implements Reason {
    /** It is not the version that the caller saw. */
    CHANGED_MEANWHILE,
    /** Its deletion was asked for, and not every site has confirmed. */
    BEING_DELETED,
    /** Stacks would wait for each other. */
    DEPENDENCY_CYCLE,
    /** A file of the configuration repository declares it, or hub.yaml does: it is changed there. */
    OWNED_BY_CONFIGURATION
}
