package io.wherry.hub.sync;

import java.time.Instant;
import java.util.Optional;

/**
 * How a source of charts is doing, by the charts that stacks take from it: nothing else is asked of it.
 *
 * @param asked   charts that stacks take from it, each version once
 * @param here    those of them that were fetched
 * @param problem with one that could not be had, or is another one by now
 * @param last    when it was asked last, since the hub's start
 */
public record SourceCharts(int asked, int here, Optional<Problem> problem, Optional<Instant> last) {

    /** @param detail for a person: which chart, why, and what would mend it */
    public record Problem(SyncReason reason, String detail) {}

    /** In one word. */
    public enum State {
        /** No stack takes a chart from it. */
        UNCHECKED,
        FETCHING,
        FAILING,
        READY
    }

    public State state() {
        if (problem.isPresent()) {
            return State.FAILING;
        }
        return asked == 0 ? State.UNCHECKED : here < asked ? State.FETCHING : State.READY;
    }
}
