package io.wherry.agent.hubclient;

/** How an agent comes back to its hub. The hub judges "not heard" by it. */
public enum PollMode {
    /** The hub keeps the answer back until there is news. */
    HELD("held"),
    /** The agent asks every so often. */
    INTERVAL("interval"),
    /** A service manager's timer starts the agent for one cycle. */
    TIMER("timer");

    private final String wire;

    PollMode(String wire) {
        this.wire = wire;
    }

    String wire() {
        return wire;
    }
}
