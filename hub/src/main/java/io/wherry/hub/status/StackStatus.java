package io.wherry.hub.status;

import static io.wherry.hub.resource.Condition.Status.FALSE;
import static io.wherry.hub.resource.Condition.Status.TRUE;
import static io.wherry.hub.resource.Condition.Status.UNKNOWN;

import io.wherry.base.Listed;
import io.wherry.contract.Gap;
import io.wherry.hub.resource.Condition;
import io.wherry.hub.resource.Condition.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A stack over all its targets: the worst state, with counts and the names of the bad ones.
 *
 * @param phase      {@code OutOfSync} or {@code ConfirmationNeeded} if it waits for a person, else the worst target's phase
 * @param reason     why it is not green; {@code AllGood} if it is
 * @param next       the command to try next; empty if there is nothing to do
 * @param healthy    targets that are ready
 * @param asOf       the oldest report that this rests on; the epoch if a target never reported
 * @param conditions {@code Synced, Healthy, Drifted, Reconciling, Stalled, Ready}
 */
public record StackStatus(
        StackState state,
        String phase,
        String reason,
        String message,
        String next,
        int healthy,
        Instant asOf,
        List<Condition> conditions,
        List<TargetStatus> targets) {
    /** Nobody is at fault: it may be declared before its agents join. */
    public static final String NO_TARGETS = "no agent matches its targets";

    /** Causes told apart in one message. */
    private static final int MAX_CAUSES = 3;

    private static final List<String> GOOD_IF_TRUE = List.of("Synced", "Healthy", "Ready");
    private static final List<String> TYPES = List.of("Synced", "Healthy", "Drifted", "Reconciling", "Stalled");

    public StackStatus {
        conditions = List.copyOf(conditions);
        targets = List.copyOf(targets);
    }

    /** Sums up. Pure. */
    static StackStatus of(StackState state, List<TargetStatus> targets) {
        List<Condition> conditions = new ArrayList<>();
        TYPES.forEach(type -> conditions.add(condition(type, state, targets)));
        Optional<TargetStatus> worst = targets.stream().max(Comparator.comparingInt(StackStatus::badness));
        boolean waits = !state.waitsFor().isEmpty();
        boolean troubled = !state.problem().isEmpty();
        Condition ready = ready(state, targets);
        conditions.add(ready);
        String next = waits || troubled
                ? state.next()
                : worst.filter(target -> !target.ready())
                        .map(TargetStatus::next)
                        .orElse("");
        return new StackStatus(
                state,
                waits ? state.waitsFor() : worst.map(TargetStatus::phase).orElse("Pending"),
                ready.reason(),
                ready.message(),
                next,
                (int) targets.stream().filter(TargetStatus::ready).count(),
                targets.stream()
                        .map(TargetStatus::asOf)
                        .min(Comparator.naturalOrder())
                        .orElse(Instant.EPOCH),
                conditions,
                targets);
    }

    public Condition condition(String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("condition: " + type + " (expected: one of a stack's)"));
    }

    private static Condition condition(String type, StackState state, List<TargetStatus> targets) {
        if (type.equals("Synced") && !state.waitsFor().isEmpty()) {
            return new Condition(
                    type, FALSE, state.waitsFor(), state.waitsDetail(), since(targets, type), state.revision());
        }
        if (type.equals("Reconciling") && state.isRolling()) {
            return new Condition(
                    type, TRUE, state.waitsFor(), state.waitsDetail(), since(targets, type), state.revision());
        }
        boolean beginning = !state.problem().isEmpty() && !state.stalled();
        if (type.equals("Stalled") ? state.stalled() : type.equals("Reconciling") && beginning) {
            return new Condition(
                    type, TRUE, state.problem(), state.problemDetail(), state.problemSince(), state.revision());
        }
        return summary(type, state, targets);
    }

    private static Condition ready(StackState state, List<TargetStatus> targets) {
        if (!state.problem().isEmpty()) {
            return new Condition(
                    "Ready", FALSE, state.problem(), state.problemDetail(), state.problemSince(), state.revision());
        }
        if (!state.waitsFor().isEmpty()) {
            return new Condition(
                    "Ready", FALSE, state.waitsFor(), state.waitsDetail(), since(targets, "Ready"), state.revision());
        }
        if (targets.isEmpty()) {
            return new Condition(
                    "Ready", UNKNOWN, StatusReason.NO_TARGETS.code(), NO_TARGETS, Instant.EPOCH, state.revision());
        }
        Condition summary = summary("Ready", state, targets);
        String gap = worthKnowing(targets);
        return summary.status() != TRUE || gap.isEmpty()
                ? summary
                : new Condition(
                        summary.type(),
                        summary.status(),
                        summary.reason(),
                        summary.message() + (summary.message().isEmpty() ? "" : "; ") + gap,
                        summary.lastTransitionTime(),
                        summary.observedGeneration());
    }

    /** What sites remark of what is well all the same; else where a service was away for longest; empty if there is neither. */
    private static String worthKnowing(List<TargetStatus> targets) {
        List<TargetStatus> remarked =
                targets.stream().filter(TargetStatus::isRemarked).toList();
        return remarked.isEmpty() ? longestGap(targets) : sentence("Ready", remarked, targets.size());
    }

    /** Where a service was away for longest when what runs was applied; empty if none was. */
    private static String longestGap(List<TargetStatus> targets) {
        String longest = "";
        long millis = -1;
        for (TargetStatus target : targets) {
            for (Gap gap : target.gaps()) {
                if (gap.millis() > millis) {
                    millis = gap.millis();
                    longest = (targets.size() == 1 ? "" : "longest at " + target.agentName() + ": ") + gap.sentence();
                }
            }
        }
        return longest;
    }

    /** The worst value, how many have it, and who they are. */
    private static Condition summary(String type, StackState state, List<TargetStatus> targets) {
        boolean goodIfTrue = GOOD_IF_TRUE.contains(type);
        Status good = goodIfTrue ? TRUE : FALSE;
        Status bad = goodIfTrue ? FALSE : TRUE;
        List<TargetStatus> worst = having(type, bad, targets);
        Status status = bad;
        if (worst.isEmpty()) {
            worst = having(type, UNKNOWN, targets);
            status = UNKNOWN;
        }
        if (worst.isEmpty()) {
            status = targets.isEmpty() ? UNKNOWN : good;
            String all = targets.size() == 1 ? "" : "all " + targets.size() + " targets";
            String reason = targets.isEmpty() ? StatusReason.NO_TARGETS.code() : StatusReason.ALL_GOOD.code();
            return new Condition(
                    type, status, reason, targets.isEmpty() ? NO_TARGETS : all, since(targets, type), state.revision());
        }
        return new Condition(
                type,
                status,
                worst.getFirst().condition(type).reason(),
                sentence(type, worst, targets.size()),
                since(worst, type),
                state.revision());
    }

    /** Those with one cause, ours and the site's, together: {@code 2 of 9 targets (north, south): RolledBack: …; 1 of 9 targets (east): PolicyDenied: …}. */
    private static String sentence(String type, List<TargetStatus> bad, int all) {
        Map<String, List<TargetStatus>> byCause = new LinkedHashMap<>();
        bad.forEach(target -> byCause.computeIfAbsent(
                        target.condition(type).reason() + "/" + target.told(), cause -> new ArrayList<>())
                .add(target));
        String shown = byCause.values().stream()
                .limit(MAX_CAUSES)
                .map(some ->
                        (all == 1 ? "at " + names(some) : some.size() + " of " + all + " targets (" + names(some) + ")")
                                + ": "
                                + some.getFirst().condition(type).message())
                .collect(Collectors.joining("; "));
        int more = byCause.size() - MAX_CAUSES;
        return shown + (more > 0 ? "; and " + more + " more causes" : "");
    }

    private static String names(List<TargetStatus> targets) {
        return Listed.few(targets.stream().map(TargetStatus::agentName).toList());
    }

    private static List<TargetStatus> having(String type, Status status, List<TargetStatus> targets) {
        return targets.stream()
                .filter(target -> target.condition(type).status() == status)
                .toList();
    }

    private static Instant since(List<TargetStatus> targets, String type) {
        return targets.stream()
                .map(target -> target.condition(type).lastTransitionTime())
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    private static int badness(TargetStatus target) {
        return switch (target.condition("Ready").status()) {
            case TRUE -> 0;
            case UNKNOWN -> 1;
            case FALSE -> target.condition("Stalled").status() == TRUE ? 3 : 2;
        };
    }
}
