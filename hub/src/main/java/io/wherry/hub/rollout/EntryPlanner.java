package io.wherry.hub.rollout;

import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryOptions;
import io.wherry.hub.rollout.PlacedEntry.Place;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Turns what a target has and what it should have into its next entry. Pure.
 *
 * <p>The generation rises exactly when the agent must apply anew: other content, other variables, other secrets, a removal, a retry. Whoever only changes
 * an option, suspends, or loses the target leaves it alone.
 */
public final class EntryPlanner {
    private EntryPlanner() {}

    /** The entry of a target that a selector names; equal to the one it has if there is nothing to do. */
    public static PlacedEntry place(Optional<PlacedEntry> has, WantedEntry want) {
        Place place = want.suspended() ? Place.SUSPENDED : Place.PRESENT;
        if (has.isPresent() && hasContent(has.get(), want)) {
            return has.get().with(place, want.options(), false);
        }
        has.ifPresent(entry -> requireHigher(entry, want));
        return new PlacedEntry(
                want.agent(),
                want.stack(),
                want.name(),
                place,
                has.map(PlacedEntry::generation).orElse(0L) + 1,
                want.counter(),
                want.release(),
                Optional.of(want.bundle()),
                want.variables(),
                want.secrets(),
                has.map(PlacedEntry::logins).orElse(List.of()),
                want.options(),
                want.revision(),
                false);
    }

    /** Whether the target already has this content, so that nothing would be applied anew. */
    public static boolean hasContent(PlacedEntry has, WantedEntry want) {
        Optional<BundleRef> bundle = has.bundle();
        return has.runs()
                && bundle.isPresent()
                && bundle.get().equals(want.bundle())
                && has.variables().equals(want.variables())
                && has.secrets().equals(want.secrets())
                && (has.release().equals(want.release()) || want.equal().contains(has.release()));
    }

    /** Options that took effect without new content: a rule of the stack changed, or its suspension. */
    public static PlacedEntry retune(PlacedEntry has, EntryOptions options, boolean suspended) {
        return has.runs() ? has.with(suspended ? Place.SUSPENDED : Place.PRESENT, options, has.detached()) : has;
    }

    /** A target that no selector names any longer keeps its last entry: corrected, not updated, never removed without a person's word. */
    public static PlacedEntry detach(PlacedEntry has) {
        if (!has.runs() || has.detached()) {
            return has;
        }
        return has.with(has.place(), has.options().correcting(), true);
    }

    /** A target that a selector names again. */
    public static PlacedEntry attach(PlacedEntry has) {
        return has.with(has.place(), has.options(), false);
    }

    /** The same content again under the next generation: a person's retry of what was quarantined. */
    public static PlacedEntry again(PlacedEntry has) {
        return has.runs()
                ? copy(has, has.place(), has.generation() + 1, has.counter(), has.release(), has.bundle())
                : has;
    }

    /**
     * The same content under numbers that an agent accepts which has seen later ones than this hub has given.
     *
     * @param generation not below the present one
     * @param counter    not below the present one
     */
    public static PlacedEntry raise(PlacedEntry has, long generation, long counter, Digest release) {
        if (generation < has.generation() || counter < has.counter()) {
            throw new IllegalArgumentException("generation, counter: " + generation + ", " + counter + " (expected: "
                    + has.generation() + ", " + has.counter() + " or more)");
        }
        return copy(has, has.place(), generation, counter, release, has.bundle());
    }

    /**
     * To be removed, by a tombstone: listed until the receipt came home.
     *
     * @param tombstone digest of the tombstone's payload
     * @param counter   its counter, higher than that of what the target has
     */
    public static PlacedEntry remove(PlacedEntry has, Digest tombstone, long counter) {
        if (!has.runs()) {
            return has;
        }
        if (counter <= has.counter()) {
            throw new IllegalArgumentException("counter: " + counter + " (expected: above " + has.counter() + ")");
        }
        return copy(has, Place.ABSENT, has.generation() + 1, counter, tombstone, Optional.empty());
    }

    /** Removed, and the receipt of that generation came home. */
    public static PlacedEntry gone(PlacedEntry has, long generation) {
        return has.place() == Place.ABSENT && has.generation() == generation
                ? copy(has, Place.GONE, has.generation(), has.counter(), has.release(), Optional.empty())
                : has;
    }

    /** The agent left the fleet: nobody lists its entries and nobody will report on them. */
    public static PlacedEntry abandon(PlacedEntry has) {
        return copy(has, Place.GONE, has.generation(), has.counter(), has.release(), Optional.empty());
    }

    private static PlacedEntry copy(
            PlacedEntry has, Place place, long generation, long counter, Digest release, Optional<BundleRef> bundle) {
        boolean removed = bundle.isEmpty();
        return new PlacedEntry(
                has.agent(),
                has.stack(),
                has.name(),
                place,
                generation,
                counter,
                release,
                bundle,
                removed ? new TreeMap<>() : has.variables(),
                removed ? List.of() : has.secrets(),
                removed ? List.of() : has.logins(),
                has.options(),
                has.revision(),
                has.detached());
    }

    private static void requireHigher(PlacedEntry has, WantedEntry want) {
        if (want.counter() < has.counter()) {
            throw new IllegalArgumentException("counter: " + want.counter() + " (expected: " + has.counter()
                    + " or more, since the agent accepts no lower one)");
        }
    }
}
