package io.wherry.agent.runtime;

import java.util.List;
import java.util.Optional;

/** What finishing came to: commit, rollback or removal. */
public sealed interface Settled {

    /**
     * @param changes   what was touched, in order
     * @param leftovers objects of this stack that are neither declared nor permitted to be deleted, so they stay: {@code service/old}
     * @param waits     why some that may go are still there: another stack is to take them; call again later. Empty: there are none
     */
    record Done(List<Change> changes, List<String> leftovers, Optional<String> waits) implements Settled {
        public Done(List<Change> changes, List<String> leftovers) {
            this(changes, leftovers, Optional.empty());
        }

        public Done {
            changes = List.copyOf(changes);
            leftovers = List.copyOf(leftovers);
        }
    }

    /** The surroundings failed on the way: call again until it is done. */
    record Pending(RuntimeReason reason, String detail) implements Settled {}
}
