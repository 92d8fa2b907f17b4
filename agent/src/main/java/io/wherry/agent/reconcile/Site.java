package io.wherry.agent.reconcile;

import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.Journal;
import io.wherry.agent.state.Pause;

/** What every stack of this site converges with. */
public record Site(
        SameRuntime runtime, AgentState state, Journal journal, Content content, Pause pause, Reporter reporter) {

    /** Brings content here, and makes deployments of it. */
    public record Content(Stager stager, Deployments deployments) {}

    /** Brings and verifies the content of an entry: {@code trust.Stager}. */
    @FunctionalInterface
    public interface Stager {
        io.wherry.agent.trust.Staged stage(io.wherry.contract.Entry entry);
    }
}
