package io.wherry.agent.reconcile;

import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StackRecord.Note;
import io.wherry.contract.BundleRef;
import io.wherry.contract.Difference;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Outcome;
import io.wherry.contract.StackId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How one stack stands right now: what {@code status} shows, what dependents wait for, what receipts are made of.
 *
 * @param entry    what the assignment asks for; empty if it asks for nothing
 * @param record   as in the journal
 * @param observed what was seen last
 * @param outcome  in one word
 */
public record Standing(Optional<Entry> entry, StackRecord record, Observed observed, Outcome outcome) {
    /** Reasons of {@link Turn.Held}: nothing failed. */
    private static final Set<String> HELD = Set.of(
            AgentReason.PAUSED.code(), AgentReason.WAITING_FOR_DEPENDENCY.code(), AgentReason.OUTSIDE_WINDOW.code());

    /**
     * What was seen of the running stack.
     *
     * @param healthy   empty while nobody knows yet, and when nobody can know any more
     * @param detail    of the worst object, or why nothing can be seen
     * @param drift     what differs and was not corrected
     * @param leftovers objects that are neither declared nor permitted to be deleted
     * @param at        when it was looked at
     * @param waits     whether a correction waits for its surroundings; the detail says for what
     */
    public record Observed(
            Optional<Boolean> healthy,
            Note detail,
            List<Difference> drift,
            List<String> leftovers,
            Instant at,
            boolean waits) {
        public Observed {
            drift = List.copyOf(drift);
            leftovers = List.copyOf(leftovers);
        }

        /** Of what waits for nothing. */
        Observed(Optional<Boolean> healthy, Note detail, List<Difference> drift, List<String> leftovers, Instant at) {
            this(healthy, detail, drift, leftovers, at, false);
        }

        public static Observed nothing(Instant at) {
            return new Observed(Optional.empty(), Note.NONE, List.of(), List.of(), at);
        }

        /** The runtime does not let itself be looked at: whether it is healthy is not known any more. */
        static Observed blind(Note why, Observed before, Instant at) {
            return new Observed(Optional.empty(), why, before.drift(), before.leftovers(), at);
        }

        boolean isBlind() {
            return healthy.isEmpty() && !detail.reason().isEmpty();
        }
    }

    /** A stack as far as its journal tells, with what was seen of it. */
    public static Standing of(Optional<Entry> entry, StackRecord record, Observed observed) {
        return new Standing(entry, record, observed, States.outcome(entry, record, observed));
    }

    public StackId stack() {
        return record.stack();
    }

    /** For people. */
    public String name() {
        return entry.or(() -> record.work().entry()).map(Entry::name).orElse("unknown");
    }

    /** Generation that the assignment asks for, or what runs where it asks for none. */
    public long assigned() {
        return entry.map(Entry::generation).orElse(record.goodGeneration());
    }

    public Optional<Digest> assignedBundle() {
        return entry.flatMap(Entry::bundle).map(BundleRef::digest);
    }

    public Optional<Digest> runningBundle() {
        return record.good().flatMap(good -> good.entry().bundle()).map(BundleRef::digest);
    }

    /** Whether what is assigned is what runs. */
    public boolean synced() {
        return entry.filter(e -> e.state() != Entry.State.ABSENT).isPresent()
                && record.goodGeneration() == assigned()
                && !record.isBroughtAnew();
    }

    /** Healthy in the assigned generation: what a dependent waits for. */
    public boolean isReady() {
        return synced() && observed.healthy().orElse(false);
    }

    /**
     * Whether nothing is wrong here. What is held back because a person or a policy says so is as well as what runs of it; so is what waits for another stack, of
     * which that stack's own standing tells.
     */
    public boolean isWell() {
        return switch (outcome) {
            case APPLIED, HEALTHY, CORRECTED, REMOVED, SUSPENDED, LEFTOVER -> true;
            case PENDING -> HELD.contains(note().reason()) && observed.healthy().orElse(true);
            case ROLLED_BACK, FAILED, DRIFTED, UNHEALTHY -> false;
        };
    }

    /** Why it is as it is: what work waits for, else what was observed. */
    public Note note() {
        Note work = record.work().note();
        if (!work.reason().isEmpty()) {
            return work;
        }
        boolean left = outcome == Outcome.LEFTOVER && observed.detail().reason().isEmpty();
        return left ? left(observed.leftovers()) : observed.detail();
    }

    /** What stays although nothing declares it any more; not empty. */
    static Note left(List<String> leftovers) {
        return new Note(
                AgentReason.LEFTOVER.code(),
                "no longer declared and not permitted to be deleted, so it stays: " + String.join(", ", leftovers));
    }
}
