package io.wherry.agent.reconcile;

import io.wherry.agent.reconcile.Standing.Observed;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StackRecord.Note;
import io.wherry.agent.state.Step;
import io.wherry.contract.Difference;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.EntryState;
import io.wherry.contract.Gap;
import io.wherry.contract.Limits;
import io.wherry.contract.Outcome;
import io.wherry.contract.Phase;
import io.wherry.contract.Running;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Turns a standing into words: the outcome, the key that tells whether it changed, and what a receipt says. Pure. */
final class States {
    /** Key of what was applied and cannot be seen: when it is seen again, that is no new apply. */
    private static final String BLIND = "BLIND";

    /** Key of what is applied and differs for now: when it does no more, that is no new apply either. */
    private static final String WAITS = "WAITS";

    private static final String NO_WAY_BACK = AgentReason.ROLLBACK_UNAVAILABLE.code();

    /** What a person should know of a stack that is well. */
    private static final Set<String> WORTH_TELLING = Set.of(NO_WAY_BACK, AgentReason.POLICY_WOULD_REFUSE.code());

    private States() {}

    static Outcome outcome(Optional<Entry> assigned, StackRecord record, Observed observed) {
        if (assigned.filter(e -> e.state() == Entry.State.SUSPENDED).isPresent()) {
            return Outcome.SUSPENDED;
        }
        if (record.step() == Step.REMOVED) {
            return Outcome.REMOVED;
        }
        long generation = assigned.map(Entry::generation).orElse(record.goodGeneration());
        if (record.isQuarantined(generation) && (record.step() != Step.ROLLING_BACK || cannotGoBack(record))) {
            return record.step() == Step.ROLLED_BACK ? Outcome.ROLLED_BACK : Outcome.FAILED;
        }
        boolean absent = assigned.filter(e -> e.state() == Entry.State.ABSENT).isPresent();
        boolean onItsWay =
                record.goodGeneration() != generation || record.step().inTheMiddle();
        if (absent || onItsWay || (assigned.isPresent() && record.isBroughtAnew()) || observed.isBlind()) {
            return Outcome.PENDING;
        }
        if (!observed.healthy().orElse(true)) {
            return Outcome.UNHEALTHY;
        }
        if (observed.waits()) {
            return Outcome.PENDING;
        }
        if (!observed.drift().isEmpty()) {
            return Outcome.DRIFTED;
        }
        return observed.leftovers().isEmpty() ? Outcome.APPLIED : Outcome.LEFTOVER;
    }

    /** What a receipt would tell that the last one did not; empty: nothing worth a receipt. */
    static Optional<String> key(Standing standing) {
        String generation = ":" + standing.assigned();
        String reason = generation + ":" + standing.note().reason();
        return switch (standing.outcome()) {
            case APPLIED, HEALTHY, CORRECTED ->
                standing.observed().healthy().isPresent()
                        ? Optional.of(okKey(standing.assigned()) + worthTelling(standing))
                        : Optional.empty();
            case PENDING ->
                standing.note().reason().isEmpty() || isGoingBackUnhindered(standing.record())
                        ? Optional.empty() // on its way: the outcome is told when there is one
                        : Optional.of(pending(standing) + reason);
            case DRIFTED ->
                Optional.of(
                        "DRIFTED" + generation + ":" + hash(standing.observed().drift()));
            case LEFTOVER ->
                Optional.of("LEFTOVER" + generation + ":" + standing.observed().leftovers() + worthTelling(standing));
            case ROLLED_BACK, FAILED, UNHEALTHY, SUSPENDED, REMOVED ->
                Optional.of(standing.outcome() + reason + ":"
                        + standing.observed().healthy().orElse(true));
        };
    }

    private static String pending(Standing standing) {
        if (standing.observed().isBlind()) {
            return BLIND;
        }
        return standing.observed().waits()
                        && standing.record().work().note().reason().isEmpty()
                ? WAITS
                : "PENDING";
    }

    private static String worthTelling(Standing standing) {
        String reason = standing.note().reason();
        return WORTH_TELLING.contains(reason) ? reason : "";
    }

    /** The note is still why it goes back, not what it waits for on the way. */
    private static boolean isGoingBackUnhindered(StackRecord record) {
        return record.step() == Step.ROLLING_BACK
                && !cannotGoBack(record)
                && record.quarantine()
                        .map(verdict -> verdict.note()
                                .reason()
                                .equals(record.work().note().reason()))
                        .orElse(true);
    }

    private static boolean cannotGoBack(StackRecord record) {
        return record.step() == Step.ROLLING_BACK
                && record.work().note().reason().equals(NO_WAY_BACK);
    }

    /** Key of what is well: a complete one, or followed by what is worth telling all the same. */
    static String okKey(long generation) {
        return "OK:" + generation + ":";
    }

    /** Key of what was corrected: where it was not healthy before, that it is again is told when it is seen. */
    static String correctedKey(Standing standing) {
        return standing.observed().healthy().orElse(false)
                ? okKey(standing.assigned())
                : WAITS + ":" + standing.assigned() + ":";
    }

    private static String hash(List<Difference> drift) {
        return Digest.of(drift.toString().getBytes(StandardCharsets.UTF_8)).brief();
    }

    /** "Applied" when a generation is new, "Healthy" when it had been worse and is well again. */
    static Outcome worded(Standing standing) {
        boolean wasWorse = Stream.of("OK", "UNHEALTHY", "DRIFTED", "SUSPENDED", BLIND, WAITS)
                .anyMatch(worse -> standing.record().reported().startsWith(worse + ":" + standing.assigned() + ":"));
        return standing.outcome() == Outcome.APPLIED && wasWorse ? Outcome.HEALTHY : standing.outcome();
    }

    /** @param drift what to tell as differences: what is there, or what was corrected */
    static EntryState state(Standing standing, Outcome outcome, List<Difference> drift, Instant at) {
        StackRecord record = standing.record();
        boolean applied = record.step() == Step.COMMITTED && record.worksOn(record.goodGeneration());
        return state(standing, outcome, drift, at, applied ? record.work().gaps() : List.of());
    }

    /** @param gaps that were left by what is told */
    static EntryState state(Standing standing, Outcome outcome, List<Difference> drift, Instant at, List<Gap> gaps) {
        StackRecord record = standing.record();
        Note note = outcome == Outcome.CORRECTED ? Note.NONE : standing.note();
        Optional<Running> running = record.good()
                .flatMap(good ->
                        good.entry().bundle().map(b -> new Running(good.entry().generation(), b.digest())));
        return new EntryState(
                standing.stack(),
                standing.name(),
                Math.max(1, standing.assigned()),
                standing.assignedBundle(),
                outcome,
                phase(record.step()),
                note.reason(),
                Sentences.of(note.message()),
                running,
                standing.synced(),
                standing.observed().healthy().orElse(false),
                !standing.observed().drift().isEmpty(),
                drift.stream().limit(Limits.DIFFERENCES).toList(),
                new TreeMap<>(record.good().map(StackRecord.Good::images).orElse(new TreeMap<>())),
                at,
                gaps);
    }

    static Phase phase(Step step) {
        return switch (step) {
            case IDLE, FETCHING, FAILED -> Phase.FETCHING;
            case VERIFIED -> Phase.VERIFIED;
            case STAGED -> Phase.STAGED;
            case APPLYING -> Phase.APPLYING;
            case PROBING, HELD -> Phase.PROBING;
            case COMMITTED, REMOVED -> Phase.COMMITTED;
            case ROLLING_BACK -> Phase.ROLLING_BACK;
            case ROLLED_BACK -> Phase.ROLLED_BACK;
        };
    }
}
