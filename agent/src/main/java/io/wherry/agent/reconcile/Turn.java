package io.wherry.agent.reconcile;

import io.wherry.agent.state.StackRecord.Note;
import java.time.Duration;
import java.util.Optional;

/** How one turn of work ended, as far as pacing goes. What it did stands in the journal. */
sealed interface Turn {
    /** How often a probe is made while something starts. */
    Duration PROBE = Duration.ofSeconds(1);

    /** How soon something that waits for another stack, a person or a time is looked at again. */
    Duration HELD_LOOK = Duration.ofSeconds(2);

    /** It went on: go on after this. */
    record Again(Duration after) implements Turn {}

    /** Surroundings: try again with backoff, for as long as it takes. */
    record Waits(Note note, Optional<Duration> retryAfter) implements Turn {}

    /** Nothing failed; it may not go on yet. */
    record Held(Note note) implements Turn {}

    static Turn atOnce() {
        return new Again(Duration.ZERO);
    }

    static Turn waits(String reason, String detail) {
        return new Waits(new Note(reason, detail), Optional.empty());
    }
}
