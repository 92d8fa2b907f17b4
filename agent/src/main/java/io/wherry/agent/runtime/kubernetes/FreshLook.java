package io.wherry.agent.runtime.kubernetes;

import java.util.function.Supplier;

/**
 * What hangs on the version of an object that was looked at is begun anew, with a look of its own, when the object changed in between: controllers write
 * their status at any time, and most of all just after a change.
 */
final class FreshLook {
    /** As often as kubectl tries. */
    static final int MOST_TRIES = 5;

    private FreshLook() {}

    /** @throws ApiException that of the last try */
    static <T> T each(Supplier<T> lookAndTry) {
        return each(lookAndTry, lookAndTry);
    }

    /**
     * @param first what was looked at before
     * @param anew  with a look of its own
     */
    static <T> T each(Supplier<T> first, Supplier<T> anew) {
        for (int tries = 1; ; tries++) {
            try {
                return (tries == 1 ? first : anew).get();
            } catch (ApiException e) {
                if (!e.outdated() || tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }
}
