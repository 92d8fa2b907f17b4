package io.wherry.agent.reconcile;

import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StackRecord.Note;
import io.wherry.agent.state.StateException;
import io.wherry.agent.state.Step;
import io.wherry.contract.Entry;
import io.wherry.contract.StackId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Brings one stack to where the assignment wants it, turn by turn, and keeps it there. The only writer of the stack's journal.
 *
 * <p>Each turn first ends what is in the middle, whatever the assignment says by now. Only then it looks at the assignment. What it remembers between
 * turns is for speed and pacing: a restart loses nothing but the health window.
 */
final class StackConverger {
    /** The longest sleep: the assignment may change its options without a nudge being seen. */
    private static final Duration IDLE = Duration.ofMinutes(5);

    /** A runtime is on this machine: asking it again costs nobody else anything. */
    private static final Duration RUNTIME_RETRY = Duration.ofSeconds(30);

    private final StackId stack;
    private final Site site;
    private final InstantSource clock;
    private GenerationWork work;
    private Watch watch;
    private final Removal removal;
    private final Backoff backoff;
    private volatile boolean hurryAsked;
    private volatile boolean retryAsked;
    private volatile boolean lookAsked;
    private volatile boolean held;
    private volatile boolean busy = true;
    /** By the time that passes: a clock that is set must not put work off for as long. */
    private Instant workDue = Instant.MIN;

    StackConverger(StackId stack, Site site, InstantSource clock, RandomGenerator random) {
        this.stack = stack;
        this.site = site;
        this.clock = clock;
        this.work = new GenerationWork(site, clock);
        this.watch = new Watch(site, clock);
        this.removal = new Removal(site, clock);
        this.backoff = new Backoff(random);
    }

    StackId stack() {
        return stack;
    }

    /** One turn. @return how long it may rest until the next */
    Duration turn() {
        try {
            takeAsked();
            Duration rest = advance(record());
            if (isAtRest(record())) {
                backoff.reset();
            }
            publish();
            busy = isInWork();
            return rest;
        } catch (RuntimeUnavailable e) {
            work.runtimeWasAway();
            Note note = new Note(e.reason().code(), String.valueOf(e.getMessage()));
            return waitFor(note, shorter(backoff.next(), RUNTIME_RETRY));
        } catch (StateException e) {
            return waitFor(AgentReason.note(e), backoff.next());
        }
    }

    /** Makes the next turn try at once, whatever it waits for: an operator or the hub asked. From any thread. */
    void hurry() {
        hurryAsked = true;
    }

    /** Whether it is in the middle of something that a process should not leave if it can help it. */
    boolean isBusy() {
        return busy;
    }

    /** Lets a quarantined generation be tried again. From any thread. */
    void retry() {
        retryAsked = true;
        hurry();
    }

    /** Whether another stack, a person or a time holds it back. */
    boolean isHeld() {
        return held;
    }

    /** Looks at the next turn whether that still holds it back. From any thread. */
    void lookAtOnce() {
        lookAsked = true;
    }

    private void takeAsked() {
        moveToAcceptedRuntime();
        if (lookAsked) {
            lookAsked = false;
            workDue = held ? Instant.MIN : workDue;
        }
        if (hurryAsked) {
            hurryAsked = false;
            backoff.reset();
            workDue = Instant.MIN;
            watch.hurry();
        }
        if (retryAsked && !record().step().inTheMiddle()) {
            retryAsked = false;
            site.journal().write(record().released());
        }
    }

    /** A person accepted another runtime: what was set up on the one before is brought about anew. */
    private void moveToAcceptedRuntime() {
        String accepted = site.runtime().known().orElse("");
        Optional<StackRecord> record =
                site.journal().find(stack).filter(r -> !r.runtime().equals(accepted));
        if (accepted.isEmpty() || record.isEmpty()) {
            return;
        }
        if (record.get().runtime().isEmpty()) {
            site.journal().write(record.get().on(accepted));
            return;
        }
        site.journal().write(record.get().anew(accepted, clock.instant()));
        work = new GenerationWork(site, clock);
        watch = new Watch(site, clock);
        backoff.reset();
        workDue = Instant.MIN;
    }

    private boolean isInWork() {
        StackRecord record = record();
        return switch (record.step()) {
            case APPLYING, PROBING, ROLLING_BACK -> true;
            case IDLE, FETCHING, VERIFIED, STAGED ->
                assigned().filter(e -> e.state() != Entry.State.SUSPENDED).isPresent()
                        && record.work().note().reason().isEmpty();
            case COMMITTED, ROLLED_BACK, HELD, FAILED, REMOVED -> watch.isCorrecting() || !watch.hasLooked(record);
        };
    }

    private StackRecord record() {
        return site.journal().find(stack).orElseGet(() -> StackRecord.fresh(stack, clock.instant())
                .on(site.runtime().known().orElse("")));
    }

    private Optional<Entry> assigned() {
        return site.state().adopted().flatMap(assignment -> assignment.findEntry(stack));
    }

    private Duration advance(StackRecord record) {
        Instant now = site.passing().instant();
        if (record.step().inTheMiddle() && !record.step().equals(Step.HELD) && !mayLeaveRollback(record)) {
            return workDue.isAfter(now) ? Duration.between(now, workDue) : take(work.endWhatIsInTheMiddle(record), now);
        }
        Optional<Entry> entry = assigned();
        if (entry.isEmpty()) {
            return unassigned(record);
        }
        return switch (entry.get().state()) {
            case SUSPENDED -> watch.look(record, entry, Watch.Hands.OFF);
            case ABSENT -> remove(record, entry.get(), now);
            case PRESENT -> present(record, entry.get(), now);
        };
    }

    /** What ran before cannot come back, as far as is known: a newer generation is the way out, and begins from whatever runs. */
    private boolean mayLeaveRollback(StackRecord record) {
        return record.step() == Step.ROLLING_BACK
                && record.work().note().reason().equals(AgentReason.ROLLBACK_UNAVAILABLE.code())
                && assigned()
                        .filter(entry -> entry.state() == Entry.State.PRESENT)
                        .filter(entry ->
                                !record.worksOn(entry.generation()) && !record.isQuarantined(entry.generation()))
                        .isPresent();
    }

    private Duration unassigned(StackRecord record) {
        if (record.good().isEmpty()) {
            site.journal().forget(stack); // gone, and the hub knows: it does not list it any more
            return IDLE;
        }
        return watch.look(record, Optional.empty(), Watch.Hands.OFF);
    }

    private Duration remove(StackRecord record, Entry entry, Instant now) {
        if (record.step() == Step.REMOVED) {
            return IDLE;
        }
        if (workDue.isAfter(now)) {
            return Duration.between(now, workDue);
        }
        return take(removal.remove(record, entry), now);
    }

    private Duration present(StackRecord record, Entry entry, Instant now) {
        boolean paused = site.pause().until(clock.instant()).isPresent();
        if (record.goodGeneration() == entry.generation() && record.step() != Step.HELD && !record.isBroughtAnew()) {
            return watch.look(record, Optional.of(entry), paused ? Watch.Hands.OFF : Watch.Hands.ON);
        }
        if (record.isQuarantined(entry.generation())) {
            return record.step() == Step.HELD
                    ? take(work.lookAtHeld(record), now)
                    : watch.look(record, Optional.of(entry), paused ? Watch.Hands.OFF : Watch.Hands.ON);
        }
        Duration rest = workDue.isAfter(now)
                ? Duration.between(now, workDue)
                : take(record.step() == Step.HELD ? work.leaveHeld(record) : work.bringAbout(record, entry), now);
        StackRecord after = record();
        if (after.good().isEmpty() || after.step().inTheMiddle() || after.isBroughtAnew()) {
            return rest;
        }
        // While the new generation waits, what runs is still looked after.
        return shorter(rest, watch.look(after, Optional.of(entry), paused ? Watch.Hands.OFF : Watch.Hands.ON));
    }

    private Duration take(Turn turn, Instant now) {
        held = turn instanceof Turn.Held;
        Duration rest =
                switch (turn) {
                    case Turn.Again(Duration after) -> {
                        backoff.reset();
                        yield after;
                    }
                    case Turn.Waits(Note note, Optional<Duration> retryAfter) -> {
                        noteWaiting(note);
                        Duration own = backoff.next();
                        yield retryAfter
                                .filter(later -> later.compareTo(own) > 0)
                                .orElse(own);
                    }
                    case Turn.Held(Note note) -> {
                        noteWaiting(note);
                        yield Turn.HELD_LOOK;
                    }
                };
        workDue = now.plus(rest);
        return rest;
    }

    private Duration waitFor(Note note, Duration rest) {
        workDue = site.passing().instant().plus(rest);
        busy = false;
        held = false; // it waits for its surroundings now, with its back-off
        try {
            if (isAtRest(record())) {
                watch.cannotSee(note); // not work that waits: its journal keeps what it came to
            } else {
                noteWaiting(note);
            }
            publish();
        } catch (StateException e) {
            cannotNote(e);
        }
        return rest;
    }

    /** The disk refuses the note too: it is told without the journal. */
    private void cannotNote(StateException e) {
        if (site.journal().find(stack).isPresent() || assigned().isPresent()) {
            StackRecord unwritten = record().waiting(AgentReason.note(e));
            site.reporter().cannotWrite(Standing.of(assigned(), unwritten, watch.observed()), e);
        }
    }

    /** Nothing is being done: what there is was done before, and is looked after. */
    private static boolean isAtRest(StackRecord record) {
        return switch (record.step()) {
            case HELD, COMMITTED, ROLLED_BACK, FAILED, REMOVED -> true;
            case IDLE, FETCHING, VERIFIED, STAGED, APPLYING, PROBING, ROLLING_BACK -> false;
        };
    }

    private void noteWaiting(Note note) {
        StackRecord record = record();
        if (!record.work().note().equals(note)) {
            site.journal().write(record.waiting(note));
        }
    }

    private void publish() {
        Optional<StackRecord> record = site.journal().find(stack);
        if (record.isPresent() || assigned().isPresent()) {
            site.reporter().publish(assigned(), record(), watch.observed());
        } else {
            site.reporter().forget(stack);
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
