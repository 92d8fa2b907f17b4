package io.wherry.hub.rollout;

import io.wherry.contract.AgentId;
import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryOptions;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.StackId;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one target should have now.
 *
 * @param release    the newest release of this content
 * @param counter    its counter
 * @param equal      digests of all releases that permit the same content to this agent: an entry that has one of them stays as it is
 * @param secrets    sealed to this agent
 * @param suspended  nothing is applied and nothing corrected, but it stays listed
 * @param revision   the stack's revision this content belongs to
 */
public record WantedEntry(
        AgentId agent,
        StackId stack,
        String name,
        Digest release,
        long counter,
        Set<Digest> equal,
        BundleRef bundle,
        SortedMap<String, String> variables,
        List<SealedSecret> secrets,
        EntryOptions options,
        boolean suspended,
        long revision) {

    public WantedEntry {
        secrets = List.copyOf(secrets);
        equal = Set.copyOf(equal);
        variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
    }
}
