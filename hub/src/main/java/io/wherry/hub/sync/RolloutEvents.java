package io.wherry.hub.sync;

import io.wherry.hub.rollout.Rollout;
import io.wherry.hub.status.Event.Severity;
import io.wherry.hub.status.Events;
import io.wherry.hub.status.StackState;
import io.wherry.hub.status.StatusReason;
import org.jdbi.v3.core.Handle;

/** Tells people who look now how rollouts go on. */
final class RolloutEvents {
    private final Events events;

    RolloutEvents(Events events) {
        this.events = events;
    }

    /** Raises an event if it came into another state or wave. */
    void tell(Handle handle, String stack, Rollout before, Rollout now) {
        if (before.state() == now.state() && before.wave() == now.wave()) {
            return;
        }
        events.raise(
                handle,
                severity(now),
                "Stack",
                stack,
                reason(now),
                RolloutWords.sentence(now),
                StackState.next(reason(now).code(), stack));
    }

    private static Severity severity(Rollout rollout) {
        return switch (rollout.state()) {
            case RUNNING, SOAKING, SUCCEEDED, SUPERSEDED, ABORTED -> Severity.NORMAL;
            case GATED, STRAGGLING, REVERTED -> Severity.WARNING;
            case PAUSED, REVERTING -> Severity.ALARM;
        };
    }

    /** The code of its state, as conditions and events have it. */
    static StatusReason reason(Rollout rollout) {
        return switch (rollout.state()) {
            case RUNNING, SOAKING -> StatusReason.ROLLING_OUT;
            case GATED -> StatusReason.ROLLOUT_GATED;
            case PAUSED -> StatusReason.ROLLOUT_PAUSED;
            case STRAGGLING -> StatusReason.STRAGGLERS;
            case SUCCEEDED -> StatusReason.ROLLED_OUT;
            case REVERTING -> StatusReason.ROLLOUT_REVERTING;
            case REVERTED -> StatusReason.ROLLOUT_REVERTED;
            case ABORTED -> StatusReason.ROLLOUT_ABORTED;
            case SUPERSEDED -> StatusReason.ROLLOUT_SUPERSEDED;
        };
    }
}
