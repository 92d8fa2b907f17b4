package io.wherry.agent.reconcile;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StackRecord.Note;
import io.wherry.agent.state.Step;
import io.wherry.agent.trust.Staged;
import io.wherry.contract.Entry;
import io.wherry.contract.StackId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Takes a stack away that is marked absent, as far as its tombstone permits. Those that depend on it go first. */
final class Removal {
    private final Site site;
    private final InstantSource clock;

    Removal(Site site, InstantSource clock) {
        this.site = site;
        this.clock = clock;
    }

    Turn remove(StackRecord record, Entry absent) {
        Optional<Instant> paused = site.pause().until(clock.instant());
        if (paused.isPresent()) {
            return new Turn.Held(new Note(AgentReason.PAUSED.code(), "paused at the site until " + paused.get()));
        }
        Optional<String> dependent = runningDependent(absent.stack());
        if (dependent.isPresent()) {
            return new Turn.Held(new Note(
                    AgentReason.WAITING_FOR_DEPENDENT.code(), "waits until stack " + dependent.get() + " has gone"));
        }
        if (!record.worksOn(absent.generation()) || record.step() == Step.COMMITTED) {
            site.journal().write(record.begin(absent, clock.instant()));
        }
        return switch (site.content().stager().stage(absent)) {
            case Staged.Pending(String reason, String detail, Optional<Duration> retryAfter) ->
                new Turn.Waits(new Note(reason, detail), retryAfter);
            case Staged.Refused(String reason, String detail) ->
                new Turn.Waits(new Note(reason, detail), Optional.empty()); // it runs on; a better tombstone may come
            case Staged.Ready(var release, var _) ->
                take(record, absent, release.permissions().delete().isEmpty());
        };
    }

    /** A tombstone that names nothing permits nothing: the workload stays, and the agent only forgets it. */
    private Turn take(StackRecord record, Entry absent, boolean keepWorkload) {
        Deployment deployment = site.besideOthers(
                site.content().deployments().forRemoval(absent, record.good().map(StackRecord.Good::entry)));
        return switch (site.runtime().remove(deployment, keepWorkload)) {
            case Settled.Pending(var reason, String detail) -> Turn.waits(reason.code(), detail);
            case Settled.Done(var _, var _, Optional<String> waits)
            when waits.isPresent() -> Turn.waits(AgentReason.WAITING_FOR_DEPENDENT.code(), waits.get());
            case Settled.Done(var _, var leftovers, var _) -> {
                Note note = leftovers.isEmpty() ? Note.NONE : Standing.left(leftovers);
                site.journal().write(record.removed(absent, note, clock.instant()));
                yield Turn.atOnce();
            }
        };
    }

    private Optional<String> runningDependent(StackId stack) {
        return site.journal().all().stream()
                .filter(other -> !other.stack().equals(stack))
                .flatMap(other -> other.good().stream())
                .map(StackRecord.Good::entry)
                .filter(entry -> absent(entry.stack())
                        .filter(gone -> dependsOn(stack, entry, gone))
                        .isPresent())
                .map(Entry::name)
                .findFirst();
    }

    /** By what it was applied with, or by what was asked for since: options change without a new generation. */
    private static boolean dependsOn(StackId stack, Entry applied, Entry gone) {
        return applied.options().dependsOn().contains(stack)
                || gone.options().dependsOn().contains(stack);
    }

    private Optional<Entry> absent(StackId stack) {
        return site.state()
                .adopted()
                .flatMap(assignment -> assignment.findEntry(stack))
                .filter(entry -> entry.state() == Entry.State.ABSENT);
    }
}
