package io.wherry.agent.reconcile;

import io.wherry.agent.state.StackRecord.Note;
import io.wherry.contract.Entry;
import io.wherry.contract.StackId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Whether a generation may begin as far as this site goes: nobody paused the agent, and what it depends on is ready. */
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
