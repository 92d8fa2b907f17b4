package io.wherry.hub.fleet;

/** What comes of an operator's decision about an agent. */
public sealed interface AgentDecision {

    /** Done, or already so. */
    record Done(AgentRecord agent) implements AgentDecision {}

    record NotFound() implements AgentDecision {}

    /**
     * Not in the agent's present state.
     *
     * @param detail thing, cause and fix
     */
    record Conflict(String detail) implements AgentDecision {}
}
