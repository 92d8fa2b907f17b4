package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Features;
import io.wherry.contract.Limits;
import io.wherry.contract.SyncWindows;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Policy;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An agent that a stack may go to.
 *
 * @param agent       labels and variables, as people gave them
 * @param retiring    it gives up what it has and gets nothing new
 * @param environment as fixed by the site at join; empty: none
 * @param policy      what the site lets stacks ask for, as text; empty: it has not told
 * @param understands features of documents that it can carry out; none: it has not told yet
 * @param swarmManager whether its engine manages a swarm
 * @param timeZone   by whose clock the site lives; empty: it has not told
 * @param governedBy the hub's policies that select it, by name
 */
record Member(
        AgentId id,
        Agent agent,
        boolean retiring,
        String environment,
        String policy,
        Set<String> understands,
        boolean swarmManager,
        String timeZone,
        List<Policy> governedBy) {
    Member {
        understands = Set.copyOf(understands);
        governedBy = List.copyOf(governedBy);
    }

    String name() {
        return agent.name();
    }

    /** The policy by which new content waits for a person here, whatever the stack says; the first that asks for a change record too, if one does. */
    Optional<Policy> waitsForPerson() {
        return recorded()
                .or(() -> governedBy.stream().filter(Policy::waitsForPerson).findFirst());
    }

    /** When new content may begin here, as the policies say; at any time if none does. */
    List<SyncWindows> windows() {
        return governedBy.stream()
                .flatMap(policy -> policy.syncWindows().stream())
                .toList();
    }

    /** Whether the agent can keep to them: one of an older version cannot, nor can any keep to so many. */
    boolean keepsWindows() {
        return understands.contains(Features.SYNC_WINDOWS) && windows().size() <= Limits.SYNC_WINDOWS;
    }

    /** The policy by which that person has to name a change record. */
    Optional<Policy> recorded() {
        return governedBy.stream().filter(one -> one.require().changeRecord()).findFirst();
    }

    /** The policy by which most people have to approve new content here. */
    Optional<Policy> approved() {
        return governedBy.stream()
                .filter(one -> one.require().approvals() > 0)
                .max(Comparator.comparingInt(one -> one.require().approvals()));
    }
}
