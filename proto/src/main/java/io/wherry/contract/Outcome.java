package io.wherry.contract;

/** What became of a stack, in a receipt; written as {@code RolledBack}. */
public enum Outcome {
    /** A generation was applied and became healthy. */
    APPLIED,
    /** A generation failed and the last good one runs again. */
    ROLLED_BACK,
    /** A generation failed and could not be, or by its options was not, taken back. */
    FAILED,
    /** Not done yet: surroundings, an order, or time. */
    PENDING,
    /** A stack that was marked absent is gone. */
    REMOVED,
    /** What runs differs from what was asked for. */
    DRIFTED,
    /** A difference was found and repaired. */
    CORRECTED,
    /** What was healthy is not any more. */
    UNHEALTHY,
    /** What was not healthy is again. */
    HEALTHY,
    /** Nothing is applied and nothing corrected, as asked. */
    SUSPENDED,
    /** Something of ours is neither declared nor permitted to be deleted. */
    LEFTOVER
}
