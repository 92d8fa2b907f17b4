package io.wherry.hub.configuration;

import io.wherry.contract.Reason;

/** What became of a commit of the configuration repository. */
public enum ConfigurationReason implements Reason {
    /** All that it declares is stored. */
    CONFIGURATION_APPLIED,
    /** A file of it is wrong, or contradicts another; nothing of the commit is applied, and what was applied before stays. */
    CONFIGURATION_INVALID,
    /** It declares nothing at all below the path: what was applied before stays. */
    CONFIGURATION_EMPTY,
    /** What it declares was declared otherwise by a person, or is being deleted; nothing of the commit is applied. */
    CONFIGURATION_CONFLICT,
    /** Part of what it declares or no longer declares waits: for a person who agrees that something ends, or for an agent that has yet to join. */
    CONFIGURATION_WAITS
}
