package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.hub.resource.Agent;
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
 */
record Member(
        AgentId id,
        Agent agent,
        boolean retiring,
        String environment,
        String policy,
        Set<String> understands,
        boolean swarmManager) {
    Member {
        understands = Set.copyOf(understands);
    }

    String name() {
        return agent.name();
    }
}
