package io.wherry.agent.runtime;

/**
 * One thing that was done.
 *
 * @param object {@code service/web}, {@code network/front}, {@code volume/data}, {@code file/etc/app.conf}
 * @param why    one short sentence: which field differed, or that it was missing
 */
public record Change(Action action, String object, String why) {

    /** What was done to the object. */
    public enum Action {
        CREATED,
        RECREATED,
        STARTED,
        REMOVED,
        RESTORED,
        WRITTEN,
        SET_ASIDE,
        RESTARTED,
        ADJUSTED
    }
}
