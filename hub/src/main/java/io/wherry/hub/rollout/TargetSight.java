package io.wherry.hub.rollout;

import io.wherry.contract.EntryState;
import io.wherry.contract.Outcome;
import io.wherry.hub.status.Contact;
import io.wherry.hub.status.TargetState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a target of a rollout stands: from what was reported, and whether it is heard. Pure.
 *
 * @param name     of the agent
 * @param progress how far it is
 * @param message  of one that failed, waits, or has not begun at its site: why; of one that waits for its group: for whom
 * @param group    what its policy counts it with; empty: it is by itself
 * @param away     whether it was offered the content and does not do its work: it is not counted on until it is healthy, with the content or with what it had
 */
public record TargetSight(
        RolloutTarget target, String name, Progress progress, String message, Optional<String> group, boolean away) {

    /** The shortest time limit is a minute: no more often than it takes to be right by a part of it. */
    private static final Duration NOTED = Duration.ofSeconds(30);

    /** One by itself, and away if it is at work, not well, or silent since it was offered the content. */
    TargetSight(RolloutTarget target, String name, Progress progress, String message) {
        this(
                target,
                name,
                progress,
                message,
                Optional.empty(),
                progress == Progress.WORKING
                        || progress == Progress.WAITING
                        || progress == Progress.FAILED
                        || (progress == Progress.SILENT && target.offered().isPresent()));
    }

    /** How far a target is. */
    public enum Progress {
        /** It waits for its turn. */
        QUEUED,
        /** It was offered the content and works on it. */
        WORKING,
        /** It was offered the content and waits for a time at which policies let it begin: at work, and its own time stands still. */
        WAITING,
        /** It has the content and is healthy. */
        SUCCEEDED,
        /** It went back, could not apply it, is not healthy with it, or took too long. */
        FAILED,
        /** It is not heard: it counts neither as well nor as failed, and gets its turn when it is back. */
        SILENT,
        /** It cannot have the content for now, for a reason of its own. */
        KEPT
    }

    /**
     * @param state what is wanted and was last reported there; empty: nothing was wanted yet
     * @param limit how long it may take while it is heard
     */
    static TargetSight of(
            RolloutTarget target,
            String name,
            Optional<TargetState> state,
            Contact contact,
            Duration limit,
            Instant now) {
        if (target.offered().isEmpty()) {
            // One that was never heard may be one that is reached by files alone: it is given its file in its turn.
            boolean reachable = contact.connected() || contact.lastHeard().isEmpty();
            return new TargetSight(
                    target, name, target.kept() ? Progress.KEPT : reachable ? Progress.QUEUED : Progress.SILENT, "");
        }
        Optional<EntryState> report = state.flatMap(TargetState::current);
        Progress told = report.map(TargetSight::progress).orElse(Progress.WORKING);
        if (told == Progress.FAILED) {
            EntryState failed = report.orElseThrow();
            return new TargetSight(target, name, told, said(failed), Optional.empty(), !failed.healthy());
        }
        if (told == Progress.SUCCEEDED) {
            return new TargetSight(target, name, told, "");
        }
        if (!contact.connected()) {
            return new TargetSight(target, name, Progress.SILENT, "");
        }
        if (told == Progress.WAITING) {
            return new TargetSight(target, name, told, report.orElseThrow().message());
        }
        String held = report.filter(site -> site.outcome() == Outcome.PENDING)
                .map(TargetSight::said)
                .orElse("");
        return target.countsFrom().plus(limit).isBefore(now)
                ? new TargetSight(
                        target,
                        name,
                        Progress.FAILED,
                        "no outcome within " + limit.toMinutes() + " min" + (held.isEmpty() ? "" : ": " + held))
                : new TargetSight(target, name, Progress.WORKING, held);
    }

    private static String said(EntryState report) {
        return report.reason() + (report.message().isEmpty() ? "" : ": " + report.message());
    }

    private static Progress progress(EntryState report) {
        return switch (report.outcome()) {
            case ROLLED_BACK, FAILED, UNHEALTHY -> Progress.FAILED;
            case APPLIED, HEALTHY, CORRECTED ->
                report.synced() && report.healthy() ? Progress.SUCCEEDED : Progress.WORKING;
            case DRIFTED, LEFTOVER, SUSPENDED -> report.healthy() ? Progress.SUCCEEDED : Progress.FAILED;
            case PENDING -> report.waitsForWindow() ? Progress.WAITING : Progress.WORKING;
            case REMOVED -> Progress.WORKING;
        };
    }

    /** The same, counted with those of this group. */
    TargetSight in(Optional<String> labelled) {
        return new TargetSight(target, name, progress, message, labelled, away);
    }

    /** The same, waiting for others. */
    TargetSight waiting(Progress as, String forWhom) {
        return new TargetSight(target, name, as, forWhom, group, away);
    }

    /** Whether it came to an end, well or not. */
    boolean attempted() {
        return progress == Progress.SUCCEEDED || progress == Progress.FAILED;
    }

    /** Whether it was offered the content and is not heard, or waits for its window, and that was not noted lately. */
    boolean standsStill(Instant now) {
        return (progress == Progress.SILENT || progress == Progress.WAITING)
                && target.offered().isPresent()
                && target.countsFrom().plus(NOTED).isBefore(now);
    }

    /** Whether its wave waits for it. */
    boolean pending() {
        return progress == Progress.QUEUED || atWork();
    }

    /** Whether it may touch what runs at any moment. */
    boolean atWork() {
        return progress == Progress.WORKING || progress == Progress.WAITING;
    }
}
