package io.wherry.hub.sync;

import io.wherry.base.Listed;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Says whether a plan deletes so much that a person must confirm it: a slipped path or an emptied file looks just like that. Pure. */
final class DeletionGuard {
    /** More than this share of a target's objects … */
    static final int MAX_PERCENT = 30;

    /** … and more than this many: small stacks lose one of two objects every day. */
    static final int MAX_OBJECTS = 3;

    private DeletionGuard() {}

    /**
     * @param running  objects that the target was last offered
     * @param declared objects that it would be offered now
     * @return why a person must confirm, or empty if the plan may go ahead
     */
    static Optional<String> objection(Set<String> running, Set<String> declared) {
        Set<String> deleted = new TreeSet<>(running);
        deleted.removeAll(declared);
        if (deleted.isEmpty()) {
            return Optional.empty();
        }
        if (deleted.size() == running.size()) {
            return Optional.of("all " + running.size() + " objects would be deleted: " + Listed.few(deleted));
        }
        if (deleted.size() > MAX_OBJECTS && deleted.size() * 100 > running.size() * MAX_PERCENT) {
            return Optional.of(
                    deleted.size() + " of " + running.size() + " objects would be deleted: " + Listed.few(deleted));
        }
        return Optional.empty();
    }
}
