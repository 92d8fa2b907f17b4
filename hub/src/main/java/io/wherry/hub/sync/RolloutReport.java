package io.wherry.hub.sync;

import io.wherry.hub.rollout.Rollout;
import io.wherry.hub.rollout.TargetSight;
import io.wherry.hub.rollout.TargetSight.Progress;
import io.wherry.hub.status.StackState;
import java.util.List;

/**
 * A rollout, for a person.
 *
 * @param stack   the stack's name
 * @param targets how they stand now; of one that is over as they stand now, too
 */
public record RolloutReport(String stack, Rollout rollout, List<TargetSight> targets) {
    public RolloutReport {
        targets = List.copyOf(targets);
    }

    /** The code of its state. */
    public String reason() {
        return RolloutEvents.reason(rollout).code();
    }

    public String message() {
        return RolloutWords.sentence(rollout);
    }

    /** What to do next, as a command; empty if there is nothing to do. */
    public String next() {
        return switch (rollout.state()) {
            case GATED, PAUSED, ABORTED -> StackState.next(reason(), stack);
            case REVERTED -> "wherry rollout start " + stack;
            case RUNNING, SOAKING, STRAGGLING, SUCCEEDED, REVERTING, SUPERSEDED -> "";
        };
    }

    /** How many targets of a wave are that far. */
    public int count(int wave, Progress progress) {
        return (int) targets.stream()
                .filter(one -> one.target().wave() == wave && one.progress() == progress)
                .count();
    }
}
