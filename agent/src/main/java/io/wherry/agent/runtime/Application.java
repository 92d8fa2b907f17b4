package io.wherry.agent.runtime;

import java.util.List;

/** What an apply came to. */
public sealed interface Application {

    /**
     * Done; not yet judged healthy.
     *
     * @param changes what was touched, in order; empty when nothing differed
     */
    record Applied(List<Change> changes) implements Application {
        public Applied {
            changes = List.copyOf(changes);
        }
    }

    /** The surroundings failed on the way: call again; what is done already is not done twice. */
    record Pending(RuntimeReason reason, String detail) implements Application {}

    /** A verdict on this content. Whatever was touched before it was found is put back by {@link Runtime#rollback}. */
    record Refused(RuntimeReason reason, String detail) implements Application {}
}
