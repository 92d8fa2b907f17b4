package io.wherry.hub.rollout;

import io.wherry.contract.AgentId;
import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryOptions;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.StackId;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One stack's place at one agent: a row of table {@code entry}.
 *
 * @param generation rises only when the stack shall be applied anew: 1, 2, 3 …
 * @param counter    the release's counter; never falls, because the agent accepts no lower one
 * @param release    digest of the release's payload; of the tombstone where the stack is removed
 * @param bundle     absent where the stack is removed
 * @param variables  values of the late site variables
 * @param secrets    sealed to this agent once, when the generation was made: a new assignment for freshness alone needs no value again
 * @param logins     for registries, sealed to this agent: others are no new generation
 * @param revision   the stack's revision that put this content here
 * @param detached   no selector names this agent any longer: it keeps what it has until a person removes it
 */
public record PlacedEntry(
        AgentId agent,
        StackId stack,
        String name,
        Place place,
        long generation,
        long counter,
        Digest release,
        Optional<BundleRef> bundle,
        SortedMap<String, String> variables,
        List<SealedSecret> secrets,
        List<SealedSecret> logins,
        EntryOptions options,
        long revision,
        boolean detached) {

    /** Where the entry stands. */
    public enum Place {
        PRESENT,
        SUSPENDED,
        /** To be removed; listed until the receipt came home. */
        ABSENT,
        /** Removed and confirmed; no longer listed. Kept, because a later generation and release must be higher. */
        GONE
    }

    public PlacedEntry {
        secrets = List.copyOf(secrets);
        logins = List.copyOf(logins);
        variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
        if (generation < 1) {
            throw new IllegalArgumentException("generation: " + generation + " (expected: 1 or more)");
        }
        boolean removed = place == Place.ABSENT || place == Place.GONE;
        if (removed == bundle.isPresent()) {
            throw new IllegalArgumentException("bundle: " + bundle + " (expected: one, unless the stack is removed)");
        }
    }

    /** Whether the agent's assignment lists it. */
    public boolean listed() {
        return place != Place.GONE;
    }

    /** Whether the stack still has work to do or content to keep here. */
    public boolean runs() {
        return place == Place.PRESENT || place == Place.SUSPENDED;
    }

    PlacedEntry with(Place next, EntryOptions newOptions, boolean nowDetached) {
        return new PlacedEntry(
                agent,
                stack,
                name,
                next,
                generation,
                counter,
                release,
                bundle,
                variables,
                secrets,
                logins,
                newOptions,
                revision,
                nowDetached);
    }

    /** The same content, pulled with these. */
    public PlacedEntry withLogins(List<SealedSecret> others) {
        return new PlacedEntry(
                agent,
                stack,
                name,
                place,
                generation,
                counter,
                release,
                bundle,
                variables,
                secrets,
                others,
                options,
                revision,
                detached);
    }
}
