package io.wherry.hub.rollout;

import io.wherry.base.Counted;
import io.wherry.base.Listed;
import io.wherry.contract.AgentId;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.rollout.Rollout.State;
import io.wherry.hub.rollout.TargetSight.Progress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What comes next in a rollout, from how its targets stand. Pure: the same targets and time give the same step, so that a hub which was killed goes on where it was.
 *
 * <p>Failures are judged at each look, not at the end of a wave: as many as the policy names stop everything. Then nothing more is offered; what is at work comes
 * to its end.
 *
 * @param rollout as it is now
 * @param offer   who is to be offered the content now
 */
public record RolloutStep(Rollout rollout, List<AgentId> offer) {
    /** Targets named in one sentence; the list of targets has all. */
    private static final int MAX_NAMED = 3;

    public static RolloutStep of(Rollout rollout, List<TargetSight> targets, Instant now) {
        if (rollout.state() == State.REVERTING) {
            return new RolloutStep(
                    isBack(targets) ? rollout.in(State.REVERTED, rollout.detail(), now) : rollout, List.of());
        }
        if (!rollout.state().offers()) {
            return new RolloutStep(rollout, List.of());
        }
        if (failed(targets) - rollout.accepted() >= stopsAt(rollout, targets)) {
            State stopped =
                    switch (rollout.policy().onFailure()) {
                        case PAUSE -> State.PAUSED;
                        case REVERT_ALL -> State.REVERTING;
                    };
            return new RolloutStep(rollout.in(stopped, failures(rollout, targets), now), List.of());
        }
        Rollout next = advance(rollout, targets, now);
        return new RolloutStep(next, offers(next, targets));
    }

    /** Passes each wave that is through: all of it came to its end, enough of it was there, and it was watched for long enough. */
    private static Rollout advance(Rollout rollout, List<TargetSight> targets, Instant now) {
        RolloutPolicy policy = rollout.policy();
        Rollout at = rollout;
        while (true) {
            if (isPending(targets, at.wave())) {
                return at.state() == State.RUNNING ? at.in(State.RUNNING, windows(targets), now) : at;
            }
            if (at.wave() == policy.waveCount() - 1) {
                return ended(at, targets, now);
            }
            List<TargetSight> wave = ofWave(targets, at.wave());
            if (!wave.isEmpty()) {
                if (attempted(wave)
                        < Math.min(wave.size(), policy.minAttempted().of(wave.size()))) {
                    return at.in(State.RUNNING, "waits for " + others(wave), now);
                }
                if (at.state() == State.RUNNING && !policy.soak().isZero()) {
                    return at.in(State.SOAKING, "", now);
                }
                if (at.state() == State.SOAKING
                        && at.since().plus(policy.soak()).isAfter(now)) {
                    return at;
                }
            }
            int next = following(at, targets);
            if (policy.gated(next)) {
                return at.in(State.GATED, "wave " + policy.waveName(next) + " begins on a person's word", now);
            }
            at = at.atWave(next, now);
        }
    }

    /** What it waits for where nothing but time keeps the present waves. */
    private static String windows(List<TargetSight> targets) {
        return targets.stream().anyMatch(one -> one.progress() == Progress.WORKING)
                ? ""
                : named(targets, Progress.WAITING);
    }

    /** The next wave that has targets; the last one if none has. */
    public static int following(Rollout rollout, List<TargetSight> targets) {
        int last = rollout.policy().waveCount() - 1;
        int next = rollout.wave() + 1;
        while (next < last && ofWave(targets, next).isEmpty()) {
            next++;
        }
        return next;
    }

    /** Whether all that were offered the content are well with what they had before, but for those that keep what they have. */
    private static boolean isBack(List<TargetSight> targets) {
        return targets.stream().anyMatch(one -> one.target().returned())
                && targets.stream()
                        .filter(one -> one.target().offered().isPresent()
                                && !one.target().kept())
                        .allMatch(one -> one.target().returned() && one.progress() == Progress.SUCCEEDED);
    }

    private static Rollout ended(Rollout rollout, List<TargetSight> targets, Instant now) {
        return targets.stream().allMatch(one -> one.progress() == Progress.SUCCEEDED)
                ? rollout.in(State.SUCCEEDED, "", now)
                : rollout.in(State.STRAGGLING, others(targets), now);
    }

    private static List<AgentId> offers(Rollout rollout, List<TargetSight> targets) {
        long working = targets.stream().filter(TargetSight::atWork).count();
        GroupRoom room = GroupRoom.of(rollout.policy(), targets);
        List<AgentId> offers = new ArrayList<>();
        targets.stream()
                .filter(one -> one.progress() == Progress.QUEUED && one.target().wave() <= rollout.wave())
                .sorted(Comparator.comparingInt(
                                (TargetSight one) -> one.target().wave())
                        .thenComparing(TargetSight::name))
                .forEachOrdered(one -> {
                    if (working + offers.size() < rollout.policy().maxInFlight() && room.take(one)) {
                        offers.add(one.target().agent());
                    }
                });
        return List.copyOf(offers);
    }

    /** How many targets of it failed. */
    public static int failed(List<TargetSight> targets) {
        return (int) targets.stream()
                .filter(one -> one.progress() == Progress.FAILED)
                .count();
    }

    private static int stopsAt(Rollout rollout, List<TargetSight> targets) {
        return rollout.policy().maxFailures().of(targets.size());
    }

    private static boolean isPending(List<TargetSight> targets, int wave) {
        return targets.stream().anyMatch(one -> one.target().wave() <= wave && one.pending());
    }

    private static List<TargetSight> ofWave(List<TargetSight> targets, int wave) {
        return targets.stream().filter(one -> one.target().wave() == wave).toList();
    }

    private static long attempted(List<TargetSight> targets) {
        return targets.stream().filter(TargetSight::attempted).count();
    }

    private static String failures(Rollout rollout, List<TargetSight> targets) {
        return named(targets, Progress.FAILED) + " (it stops at " + stopsAt(rollout, targets)
                + (rollout.accepted() == 0 ? "" : " more than the " + rollout.accepted() + " that were accepted") + ")";
    }

    /** Those that did not succeed, by what keeps them. */
    private static String others(List<TargetSight> targets) {
        return List.of(Progress.FAILED, Progress.SILENT, Progress.KEPT).stream()
                .map(progress -> named(targets, progress))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
    }

    /** One sentence, like {@code 2 of 40 targets failed: lab-3: Unhealthy: …; lab-7}. Empty if there is none. */
    private static String named(List<TargetSight> targets, Progress progress) {
        List<TargetSight> all =
                targets.stream().filter(one -> one.progress() == progress).toList();
        if (all.isEmpty()) {
            return "";
        }
        String what =
                switch (progress) {
                    case FAILED -> " failed: ";
                    case SILENT -> " not heard: ";
                    case KEPT -> " cannot have it for now: ";
                    case QUEUED -> " waiting: ";
                    case WORKING -> " at work: ";
                    case WAITING -> " outside of their windows: ";
                    case SUCCEEDED -> " well: ";
                };
        List<String> names = all.stream()
                .map(one -> one.name() + (one.message().isEmpty() ? "" : " (" + one.message() + ")"))
                .toList();
        return all.size() + " of " + Counted.of(targets.size(), "target") + what + Listed.of(names, MAX_NAMED);
    }
}
