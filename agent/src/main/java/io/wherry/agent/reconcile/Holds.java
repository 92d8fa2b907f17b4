package io.wherry.agent.reconcile;

import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StackRecord.Note;
import io.wherry.contract.Entry;
import io.wherry.contract.StackId;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Whether a generation may begin as far as this site goes: nobody paused the agent, what it depends on is ready, and it is a time at which the hub's policies let
 * it.
 */
record Holds(Site site, InstantSource clock) {

    Optional<Note> on(Entry entry) {
        Optional<Instant> paused = site.pause().until(clock.instant());
        if (paused.isPresent()) {
            return note(
                    AgentReason.PAUSED, "paused at the site until " + paused.get() + "; wherry-agent resume ends it");
        }
        return entry.options().dependsOn().stream()
                .filter(stack -> !isReady(stack))
                .findFirst()
                .flatMap(stack ->
                        note(AgentReason.WAITING_FOR_DEPENDENCY, "waits until stack " + nameOf(stack) + " is healthy"));
    }

    /**
     * If this is not a time at which a policy lets new content begin here. What runs already is repaired and tried again at any time: that changes nothing that
     * was agreed.
     */
    Optional<Note> outsideWindow(StackRecord record, Entry entry) {
        if (isWhatRuns(record, entry)) {
            return Optional.empty();
        }
        Instant now = site.state().floor().now(clock.instant());
        ZoneId zone = ZoneId.systemDefault();
        return entry.options().windows().stream()
                .filter(windows -> !windows.isOpen(now, zone))
                .findFirst()
                .flatMap(windows -> note(
                        AgentReason.OUTSIDE_WINDOW,
                        "policy " + windows.policy() + " (syncWindows) lets new content begin "
                                + windows.words(now, zone)));
    }

    private static boolean isWhatRuns(StackRecord record, Entry entry) {
        return record.good()
                .filter(good ->
                        good.hasContentOf(entry) && good.entry().sealedSecrets().equals(entry.sealedSecrets()))
                .isPresent();
    }

    private boolean isReady(StackId stack) {
        return site.reporter().standing(stack).filter(Standing::isReady).isPresent();
    }

    private String nameOf(StackId stack) {
        return site.state()
                .adopted()
                .flatMap(assignment -> assignment.findEntry(stack))
                .map(Entry::name)
                .orElse(stack.value());
    }

    private static Optional<Note> note(AgentReason reason, String message) {
        return Optional.of(new Note(reason.code(), message));
    }
}
