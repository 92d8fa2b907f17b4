package io.wherry.agent.runtime;

import io.wherry.contract.Gap;
import io.wherry.contract.Limits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One thing that was done.
 *
 * @param object {@code service/web}, {@code network/front}, {@code volume/data}, {@code file/etc/app.conf}
 * @param why    one short sentence: which field differed, or that it was missing
 * @param gap    for how long nothing ran in that place; empty where that is not so
 */
public record Change(Action action, String object, String why, Optional<Gap> gap) {
    /** Without a gap. */
    public Change(Action action, String object, String why) {
        this(action, object, why, Optional.empty());
    }

    /** The longest gap in each place, in order of the changes, at most as many as a receipt tells. */
    public static List<Gap> gaps(List<Change> changes) {
        SequencedMap<String, Gap> longest = new LinkedHashMap<>();
        changes.forEach(change -> change.gap()
                .ifPresent(gap -> longest.merge(gap.object(), gap, (a, b) -> a.millis() >= b.millis() ? a : b)));
        return longest.values().stream().limit(Limits.GAPS).toList();
    }

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
