package io.wherry.agent.state;

/** The steps of the journal. The order of the first six is the order of the work. */
public enum Step {
    /** Nothing was begun yet. */
    IDLE,
    /** Release, manifest and blobs are being fetched. */
    FETCHING,
    /** All content is here and verified. */
    VERIFIED,
    /** The runtime has what it needs (images): nothing was touched yet. */
    STAGED,
    /** The runtime is being changed. After a crash: done again, a bounded number of times. */
    APPLYING,
    /** Watched until healthy, or not. After a crash the window begins again. */
    PROBING,
    /** Not healthy, and left as it is because the stack asks for it ({@code onUnhealthy: hold}). */
    HELD,
    /** Healthy; it is last good now. */
    COMMITTED,
    /** Being undone. After a crash: repeated until done. */
    ROLLING_BACK,
    /** Undone after it had begun to run. */
    ROLLED_BACK,
    /** Refused before anything was touched. */
    FAILED,
    /** Taken away, as an assignment asked. */
    REMOVED;

    /** Whether the runtime may be half changed: such work is ended before other work begins. */
    public boolean inTheMiddle() {
        return this == APPLYING || this == PROBING || this == HELD || this == ROLLING_BACK;
    }
}
