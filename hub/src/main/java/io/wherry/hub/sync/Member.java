package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.hub.resource.Agent;

/**
 * An agent that a stack may go to.
 *
 * @param agent       labels and variables, as people gave them
 * @param environment as fixed by the site at join; empty: none
 */
record Member(AgentId id, Agent agent, String environment) {
    String name() {
        return agent.name();
    }
}
