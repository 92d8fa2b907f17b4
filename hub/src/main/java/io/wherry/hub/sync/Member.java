package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Policy;
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

    /** The policy by which that person has to name a change record. */
    Optional<Policy> recorded() {
        return governedBy.stream().filter(one -> one.require().changeRecord()).findFirst();
    }
}
