package io.wherry.hub.sync;

/**
 * On whose word a turn may move a stack.
 *
 * @param actor  who said it; {@link #HUB} if nobody had to
 * @param cause  {@code commit}, {@code sync}, {@code rollback}, {@code retry}, {@code rotation}, {@code revert} …: for history and audit
 * @param reason why, in the person's words; may be empty
 * @param change the change record it belongs to; may be empty
 */
record Word(Weight weight, String actor, String cause, String reason, String change) {
    static final String HUB = "hub";

    /** How much may happen on it. */
    enum Weight {
        /** Nobody spoke: what the stack's mode allows. */
        NONE,
        /** A person asked to sync: what waits because of {@code mode: manual} may go. */
        SYNC,
        /** A person saw the plan and confirmed it: it may also delete much. */
        CONFIRMED
    }

    /** The value of a credential changed, and nothing else. */
    static Word rotation(String credentials) {
        return new Word(Weight.NONE, HUB, "rotation", "new value of " + credentials, "");
    }

    /** A rollout failed, and its policy says that it is taken back. */
    static Word revert(String why) {
        return new Word(Weight.NONE, HUB, "revert", why, "");
    }

    static Word none(String cause) {
        return new Word(Weight.NONE, HUB, cause, "", "");
    }
}
