package io.wherry.agent.state;

import static java.util.Objects.requireNonNull;

import io.wherry.contract.Entry;
import io.wherry.contract.Gap;
import io.wherry.contract.StackId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where one stack stands: one file of the journal, replaced at every transition, before the transition's effect.
 *
 * @param stack      the stack's uid
 * @param work       what is being done to it, or was done last
 * @param good       what ran healthy last: where an emergency rollback goes, without a hub
 * @param quarantine the generation that got a verdict here and is not tried again
 * @param reported   what the last receipt said of it, so that only changes are reported
 * @param runtime    id of the runtime on which it was set up; empty: not known
 */
public record StackRecord(
        StackId stack,
        Work work,
        Optional<Good> good,
        Optional<Quarantine> quarantine,
        String reported,
        String runtime) {

    public StackRecord {
        requireNonNull(stack, "stack");
        requireNonNull(work, "work");
    }

    /**
     * What is being done.
     *
     * @param step        where in the journal
     * @param entry       what is being brought about: kept whole, so that a redo after a crash does not depend on a newer assignment
     * @param tries       what bounds it
     * @param images      service name to image id, known from STAGED on
     * @param since       when this step was reached
     * @param note        why it waits or failed
     * @param gaps        for how long its apply left services away; none before
     */
    public record Work(
            Step step,
            Optional<Entry> entry,
            Tries tries,
            SortedMap<String, String> images,
            Instant since,
            Note note,
            List<Gap> gaps) {
        /** Nothing was applied yet. */
        public Work(
                Step step,
                Optional<Entry> entry,
                Tries tries,
                SortedMap<String, String> images,
                Instant since,
                Note note) {
            this(step, entry, tries, images, since, note, List.of());
        }

        public Work {
            gaps = List.copyOf(gaps);
            images = Collections.unmodifiableSortedMap(new TreeMap<>(images));
        }
    }

    /**
     * What keeps work from going on for ever.
     *
     * @param attempts    how often APPLYING began
     * @param transitions since the work began, or was put off because of its surroundings
     */
    public record Tries(int attempts, int transitions) {
        static final Tries NONE = new Tries(0, 0);

        Tries transition() {
            return new Tries(attempts, transitions + 1);
        }
    }

    /** A stable code in CamelCase and one sentence; both empty when all is well. */
    public record Note(String reason, String message) {
        public static final Note NONE = new Note("", "");

        /** One receipt must hold many of them. */
        private static final int MAX_MESSAGE_CHARS = 1024;

        public Note {
            message = message.length() <= MAX_MESSAGE_CHARS ? message : message.substring(0, MAX_MESSAGE_CHARS);
        }
    }

    /**
     * Last good: the whole entry with its variables, and the images that ran.
     *
     * @param images service name to image id
     */
    public record Good(Entry entry, SortedMap<String, String> images, Instant at) {
        public Good {
            images = Collections.unmodifiableSortedMap(new TreeMap<>(images));
        }

        /** Whether the entry asks for the same content, but for secrets: their values change by themselves. */
        public boolean hasContentOf(Entry other) {
            return entry.bundle().equals(other.bundle()) && entry.variables().equals(other.variables());
        }
    }

    /** @param rolledBack whether it had begun to run before the verdict */
    public record Quarantine(long generation, boolean rolledBack, Note note) {}

    /** A stack that nothing was done to yet. */
    public static StackRecord fresh(StackId stack, Instant now) {
        Work none = new Work(Step.IDLE, Optional.empty(), Tries.NONE, new TreeMap<>(), now, Note.NONE);
        return new StackRecord(stack, none, Optional.empty(), Optional.empty(), "", "");
    }

    public Step step() {
        return work.step();
    }

    /** Generation that runs as last good; 0 if none does. */
    public long goodGeneration() {
        return good.map(g -> g.entry().generation()).orElse(0L);
    }

    /** Whether this generation is the one being worked on. */
    public boolean worksOn(long generation) {
        return work.entry().filter(e -> e.generation() == generation).isPresent();
    }

    /** Whether this generation got a verdict here. */
    public boolean isQuarantined(long generation) {
        return quarantine.filter(q -> q.generation() == generation).isPresent();
    }

    /** Begins work on an entry, from its first step. */
    public StackRecord begin(Entry entry, Instant now) {
        Tries tries = worksOn(entry.generation()) ? new Tries(0, work.tries().transitions() + 1) : new Tries(0, 1);
        return with(new Work(Step.FETCHING, Optional.of(entry), tries, new TreeMap<>(), now, Note.NONE));
    }

    /** The next step of the same work, counted. */
    public StackRecord to(Step next, Instant now) {
        return with(new Work(next, work.entry(), work.tries().transition(), work.images(), now, Note.NONE));
    }

    /** The runtime is as it should be, and is to prove itself. */
    public StackRecord applied(List<Gap> gaps, Instant now) {
        return with(
                new Work(Step.PROBING, work.entry(), work.tries().transition(), work.images(), now, Note.NONE, gaps));
    }

    /** The runtime has what it needs. */
    public StackRecord staged(SortedMap<String, String> images, Instant now) {
        return with(new Work(Step.STAGED, work.entry(), work.tries().transition(), images, now, Note.NONE));
    }

    /** One more attempt at APPLYING. */
    public StackRecord attempt(Instant now) {
        Tries tries = new Tries(work.tries().attempts() + 1, work.tries().transitions() + 1);
        return with(new Work(Step.APPLYING, work.entry(), tries, work.images(), now, Note.NONE));
    }

    /** The same step, waiting for a reason. Not a transition. */
    public StackRecord waiting(Note note) {
        return with(new Work(work.step(), work.entry(), work.tries(), work.images(), work.since(), note, work.gaps()));
    }

    /** Undone because of its surroundings: it will be begun again, as often as it takes, so nothing is counted. */
    public StackRecord putOff(Step step, Note note, Instant now) {
        return with(new Work(step, work.entry(), Tries.NONE, work.images(), now, note));
    }

    /** The work succeeded: it is last good from here on. */
    public StackRecord committed(Entry entry, Instant now) {
        return new StackRecord(
                stack,
                new Work(Step.COMMITTED, Optional.of(entry), Tries.NONE, work.images(), now, Note.NONE, work.gaps()),
                Optional.of(new Good(entry, work.images(), now)),
                Optional.empty(),
                reported,
                runtime);
    }

    /** The work got a verdict: this step ends it, or leads to its end. */
    public StackRecord verdict(Step step, Quarantine verdict, Instant now) {
        return new StackRecord(
                stack,
                new Work(
                        step, work.entry(), work.tries().transition(), work.images(), now, verdict.note(), work.gaps()),
                good,
                Optional.of(verdict),
                reported,
                runtime);
    }

    /**
     * The stack's objects are gone, as far as they may.
     *
     * @param leftovers names what had to stay
     */
    public StackRecord removed(Entry entry, Note leftovers, Instant now) {
        return new StackRecord(
                stack,
                new Work(Step.REMOVED, Optional.of(entry), Tries.NONE, new TreeMap<>(), now, leftovers),
                Optional.empty(),
                Optional.empty(),
                reported,
                runtime);
    }

    /** An operator asks to try a quarantined generation again. */
    public StackRecord released() {
        return new StackRecord(stack, work, good, Optional.empty(), reported, runtime);
    }

    public StackRecord reported(String what) {
        return new StackRecord(stack, work, good, quarantine, what, runtime);
    }

    /** Noted on which runtime it is set up. */
    public StackRecord on(String id) {
        return new StackRecord(stack, work, good, quarantine, reported, id);
    }

    /**
     * Moved to another runtime, on which nothing of it runs yet: what was good is brought about anew there, what was in the middle on the old one is
     * forgotten, a verdict stays.
     */
    public StackRecord anew(String id, Instant now) {
        Step next =
                switch (work.step()) {
                    case IDLE, FETCHING, VERIFIED, STAGED, APPLYING, PROBING, COMMITTED -> Step.IDLE;
                    case HELD, ROLLING_BACK, ROLLED_BACK -> quarantine.isPresent() ? Step.ROLLED_BACK : Step.IDLE;
                    case FAILED -> Step.FAILED;
                    case REMOVED -> Step.REMOVED;
                };
        Note note = next == Step.IDLE ? Note.NONE : work.note();
        return on(id).with(new Work(next, work.entry(), Tries.NONE, new TreeMap<>(), now, note));
    }

    /** Whether the generation that is last good is being brought about once more: none of it need be running. */
    public boolean isBroughtAnew() {
        boolean onItsWay =
                switch (work.step()) {
                    case IDLE, FETCHING, VERIFIED, STAGED, APPLYING, PROBING -> true;
                    case HELD, COMMITTED, ROLLING_BACK, ROLLED_BACK, FAILED, REMOVED -> false;
                };
        return onItsWay && good.isPresent() && worksOn(goodGeneration());
    }

    private StackRecord with(Work next) {
        return new StackRecord(stack, next, good, quarantine, reported, runtime);
    }
}
