package io.wherry.agent.bundlefile;

import io.wherry.contract.Reason;

/** Why a bundle file is refused, beside the reasons of the verifier. */
public enum FileReason implements Reason {
    /** The file is damaged, cut, or no bundle file. */
    FILE_DAMAGED,
    /** The file brings no assignment for this agent. */
    FILE_FOR_OTHERS,
    /** Content that the assignment needs is neither in the file nor here: a file is used whole or not at all. */
    FILE_INCOMPLETE
}
