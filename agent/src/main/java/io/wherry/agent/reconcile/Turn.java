package io.wherry.agent.reconcile;

import io.wherry.agent.state.StackRecord.Note;
import java.time.Duration;
import java.util.Optional;

/** How one turn of work ended, as far as pacing goes. What it did stands in the journal. */
sealed interface Turn {
    /** While something starts it is looked at again after a fifth of the time that it has taken so far: seen late by no more than that, with few looks. */
    int PROBE_SHARE = 5;

    /** The least and the most between two such looks. */
    Duration MIN_PROBE = Duration.ofMillis(100);

    Duration MAX_PROBE = Duration.ofSeconds(1);

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

    /** @param since for how long it has been starting */
    static Turn starting(Duration since) {
        Duration share = since.dividedBy(PROBE_SHARE);
        Duration most = share.compareTo(MAX_PROBE) < 0 ? share : MAX_PROBE;
        return new Again(most.compareTo(MIN_PROBE) > 0 ? most : MIN_PROBE);
    }

    static Turn waits(String reason, String detail) {
        return new Waits(new Note(reason, detail), Optional.empty());
    }
}
