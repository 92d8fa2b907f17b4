package io.wherry.hub.rollout;

import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Running;
import io.wherry.hub.fleet.Review.Told;
import io.wherry.hub.rollout.PlacedEntry.Place;
import java.util.Optional;

/**
 * What a restored hub's entry means beside what the agent told that it runs. Pure. The rule: an agent is never offered what is older than what it runs,
 * and everything new has a generation above those that it has seen.
 */
public sealed interface AfterReview {
    /** The agent is where the entry says, or on its way there: nothing was lost of this stack. */
    record Known() implements AfterReview {}

    /**
     * The entry is not older than what runs there, and the agent has seen later generations.
     *
     * @param generation of the entry from now on
     * @param release    whether it takes a new release, because the agent may have seen higher counters
     */
    record Raised(long generation, boolean release) implements AfterReview {}

    /**
     * The agent runs something of which this hub has no record. The entry is older, and waits until something newer takes its place.
     *
     * @param generation the highest that the agent has seen
     */
    record Unknown(long generation) implements AfterReview {}

    /**
     * Judges one stack of one agent.
     *
     * @param entry         as this hub has it; empty if it has none
     * @param countersAbove releases with a higher counter were made after the restore
     */
    static AfterReview of(Optional<PlacedEntry> entry, Told told, long countersAbove) {
        if (entry.isEmpty()) {
            return new Unknown(told.generation());
        }
        PlacedEntry has = entry.get();
        Optional<Digest> wanted = has.bundle().map(BundleRef::digest);
        long seen = told.generation();
        if (seen < has.generation()
                || (seen == has.generation() && told.bundle().equals(wanted))) {
            return new Known();
        }
        boolean same = told.running().map(Running::bundle).equals(wanted);
        boolean settled =
                told.running().filter(running -> running.generation() == seen).isPresent()
                        && told.bundle().equals(wanted);
        if (has.place() == Place.GONE) {
            return same ? new Known() : new Unknown(seen);
        }
        if (has.counter() > countersAbove) {
            return new Raised(same && settled ? seen : seen + 1, false);
        }
        return same && has.variables().isEmpty() // values of variables are not told: they may have changed since
                ? new Raised(settled ? seen : seen + 1, true)
                : new Unknown(seen);
    }

    /**
     * Judges a stack that the agent did not name among all that it runs.
     *
     * @param ranThere whether it did when the backup was made
     */
    static AfterReview missing(PlacedEntry entry, boolean ranThere, long countersAbove) {
        return entry.runs() && ranThere && entry.counter() <= countersAbove
                ? new Unknown(entry.generation()) // it was taken away since; a person says whether it shall come back
                : new Known();
    }
}
