package io.wherry.contract;

/**
 * Where the journal of a stack stands; written as {@code RollingBack}.
 *
 * <p>{@code FETCHING -> VERIFIED -> STAGED -> APPLYING -> PROBING -> COMMITTED}, or {@code ROLLING_BACK -> ROLLED_BACK}. Each is written
 * durably before its effect.
 */
public enum Phase {
    FETCHING,
    VERIFIED,
    STAGED,
    APPLYING,
    PROBING,
    COMMITTED,
    ROLLING_BACK,
    ROLLED_BACK
}
