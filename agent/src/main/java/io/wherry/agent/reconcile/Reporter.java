package io.wherry.agent.reconcile;

import io.wherry.agent.hubclient.PollAsk.StackProgress;
import io.wherry.agent.reconcile.Standing.Observed;
import io.wherry.agent.report.History;
import io.wherry.agent.report.Outbox;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.state.Journal;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StackRecord.Note;
import io.wherry.agent.state.StateException;
import io.wherry.agent.state.Step;
import io.wherry.contract.Difference;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Outcome;
import io.wherry.contract.Reason;
import io.wherry.contract.Receipt;
import io.wherry.contract.StackId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Says what became of the stacks: signed receipts when something changed, unsigned progress for display, and the standings that everybody reads.
 *
 * <p>The journal remembers what was reported last, so a restart neither repeats nor loses an outcome; a crash between receipt and journal repeats one,
 * which is harmless.
 */
public final class Reporter {
    private static final Logger LOG = System.getLogger(Reporter.class.getName());

    private final Journal journal;
    private final Outbox outbox;
    private final InstantSource clock;
    private final History history;
    private final Runnable receiptsWaiting;
    private final Map<StackId, Standing> standings = new ConcurrentHashMap<>();
    private final Map<StackId, StackProgress> progress = new ConcurrentHashMap<>();
    private Map<StackId, StackProgress> told = Map.of();
    private Note disk = Note.NONE;

    /** @param receiptsWaiting called after a receipt was added: nudges the courier */
    public Reporter(Journal journal, Outbox outbox, History history, InstantSource clock, Runnable receiptsWaiting) {
        this.journal = journal;
        this.outbox = outbox;
        this.history = history;
        this.clock = clock;
        this.receiptsWaiting = receiptsWaiting;
    }

    /** How a stack stands; empty until its first turn. */
    public Optional<Standing> standing(StackId stack) {
        return Optional.ofNullable(standings.get(stack));
    }

    /** All stacks by name. */
    public List<Standing> standings() {
        return standings.values().stream()
                .sorted(Comparator.comparing(Standing::name)
                        .thenComparing(s -> s.stack().value()))
                .toList();
    }

    /** After each turn, by the stack's own converger: remembers how it stands, and adds a receipt if that is news. */
    void publish(Optional<Entry> assigned, StackRecord record, Observed observed) {
        Standing standing = Standing.of(assigned, record, observed);
        standings.put(record.stack(), standing);
        note(standing);
        Optional<String> key = States.key(standing);
        if (key.isPresent() && !key.get().equals(record.reported())) {
            Outcome outcome = States.worded(standing);
            log(standing, outcome);
            add(new Receipt.Body.States(List.of(States.state(standing, outcome, observed.drift(), clock.instant()))));
            journal.write(record.reported(key.get()));
        }
    }

    /** A stack that is neither assigned nor remembered any more. */
    void forget(StackId stack) {
        standings.remove(stack);
        progress.remove(stack);
    }

    /** A step of the journal was reached: shown as progress. */
    void moved(StackRecord record) {
        LOG.log(
                Level.INFO,
                () -> nameOf(record) + ": " + words(record.step())
                        + (record.work().note().reason().isEmpty()
                                ? ""
                                : ": " + record.work().note().reason() + ": "
                                        + record.work().note().message()));
        noteProgress(record, record.work().note().reason(), record.work().note().message());
    }

    /** What an apply did, with how long nothing ran in each place: for the site's own log, a receipt tells the outcome. */
    void changed(StackRecord record, List<Change> changes) {
        changes.forEach(change -> LOG.log(
                Level.INFO,
                () -> nameOf(record) + ": " + change.object() + " "
                        + change.action().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + change.why()));
    }

    /** Differences were found and repaired. */
    void corrected(StackRecord record, List<Difference> drift, List<Change> changes, ApplyMode mode) {
        Standing standing = standing(record.stack())
                .orElseGet(() -> Standing.of(record.work().entry(), record, Observed.nothing(clock.instant())));
        if (drift.isEmpty()) {
            return; // made anew because it always is: that is no news
        }
        LOG.log(
                Level.INFO,
                () -> standing.name() + ": corrected (" + mode + "): " + drift.size() + " differences, first "
                        + drift.getFirst().object() + " " + drift.getFirst().field());
        add(new Receipt.Body.States(
                List.of(States.state(standing, Outcome.CORRECTED, drift, clock.instant(), Change.gaps(changes)))));
        journal.write(journal.find(record.stack()).orElse(record).reported(States.correctedKey(standing)));
    }

    /** An offered assignment was refused. */
    public void refused(Digest assignment, String reason, String detail) {
        LOG.log(Level.WARNING, () -> "assignment " + assignment.brief() + " refused: " + reason + ": " + detail);
        add(new Receipt.Body.Refused(assignment, reason, Sentences.of(detail)));
    }

    /** The hub's audit log was changed. It is told to the hub, which may be in other hands by then, and kept here for whoever looks. */
    public void forked(Digest checkpoint, String detail) {
        LOG.log(Level.ERROR, () -> "audit log: " + detail);
        add(new Receipt.Body.Refused(checkpoint, AgentReason.LOG_FORKED.code(), Sentences.of(detail)));
    }

    /**
     * One receipt with the state of every stack, also where there is none: the hub asked for it, and goes by its being complete. Not before each
     * stack was looked at since the start; the hub asks again.
     *
     * @param stacks all that are assigned or remembered
     */
    public void fullReport(Set<StackId> stacks) {
        if (standings.keySet().containsAll(stacks)) {
            add(new Receipt.Body.States(
                    standings().stream()
                            .map(s -> States.state(s, s.outcome(), s.observed().drift(), clock.instant()))
                            .toList(),
                    true));
        }
    }

    /** The disk refused even a note: how the stack stands is kept in memory, and told by the polls, which need no disk. */
    void cannotWrite(Standing standing, StateException problem) {
        LOG.log(Level.ERROR, () -> "stack " + standing.name() + ": " + problem.getMessage());
        standings.put(standing.stack(), standing);
        note(standing);
    }

    /**
     * The disk refused what concerns no stack alone, such as an assignment: all of them say so, until it is taken.
     *
     * @param why none, if it is taken
     * @return whether that is news
     */
    synchronized boolean diskRefuses(Note why) {
        boolean news = !why.equals(disk);
        disk = why;
        return news;
    }

    /** What changed since the last call: rides in the next poll. */
    public synchronized List<StackProgress> progress() {
        Map<StackId, StackProgress> now = new HashMap<>(progress);
        if (!disk.reason().isEmpty()) {
            now.replaceAll((_, one) -> one.reason().isEmpty() ? because(one, disk) : one);
        }
        List<StackProgress> news = now.entrySet().stream()
                .filter(e -> !e.getValue().equals(told.get(e.getKey())))
                .map(Map.Entry::getValue)
                .toList();
        told = now;
        return news;
    }

    private static StackProgress because(StackProgress one, Note why) {
        return new StackProgress(one.stack(), one.generation(), one.phase(), why.reason(), Sentences.of(why.message()));
    }

    /** The last progress may not have arrived: tell it again. */
    public synchronized void progressLost() {
        told = Map.of();
    }

    private void add(Receipt.Body body) {
        history.add(body);
        outbox.add(body);
        receiptsWaiting.run();
    }

    private void note(Standing standing) {
        noteProgress(
                standing.record(), standing.note().reason(), standing.note().message());
    }

    private void noteProgress(StackRecord record, String reason, String message) {
        long generation = record.work().entry().map(Entry::generation).orElse(1L);
        progress.put(
                record.stack(),
                new StackProgress(
                        record.stack().value(), generation, words(record.step()), reason, Sentences.of(message)));
    }

    private static String words(Step step) {
        return step == Step.IDLE ? "Pending" : Reason.camelCase(step.name());
    }

    private static String nameOf(StackRecord record) {
        return record.work()
                .entry()
                .map(e -> e.name() + " generation " + e.generation())
                .orElse(record.stack().value());
    }

    private static void log(Standing standing, Outcome outcome) {
        boolean bad =
                switch (outcome) {
                    case ROLLED_BACK, FAILED, UNHEALTHY, DRIFTED, LEFTOVER, PENDING -> true;
                    case APPLIED, REMOVED, CORRECTED, HEALTHY, SUSPENDED -> false;
                };
        LOG.log(
                bad ? Level.WARNING : Level.INFO,
                () -> standing.name() + " generation " + standing.assigned() + ": "
                        + outcome(standing, Reason.camelCase(outcome.name())));
    }

    private static String outcome(Standing standing, String outcome) {
        String reason = standing.note().reason();
        if (reason.isEmpty()) {
            return outcome;
        }
        String why = Sentences.of(standing.note().message());
        return reason.equals(outcome) ? outcome + ": " + why : outcome + ": " + reason + ": " + why;
    }
}
