package io.wherry.agent.reconcile;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.Journal;
import io.wherry.agent.state.Pause;
import io.wherry.contract.json.Json;
import io.wherry.contract.policy.Violation;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What every stack of this site converges with.
 *
 * @param passing time that passes, whatever the site's clock is set to: for what is waited for, and of no use as a date
 */
public record Site(
        SameRuntime runtime,
        AgentState state,
        Journal journal,
        Content content,
        Policy policy,
        Pause pause,
        Reporter reporter,
        InstantSource passing) {

    /** What this site lets a stack ask for, whatever was signed. */
    @FunctionalInterface
    public interface Policy {
        /** The first thing that is not allowed here. */
        Optional<Violation> objection(Json.Obj model);
    }

    /** The same deployment, knowing what else this site is to run. */
    Deployment besideOthers(Deployment deployment) {
        return deployment.beside(new AssignedObjects(this));
    }

    /** Brings content here, and makes deployments of it. */
    public record Content(Stager stager, Deployments deployments) {}

    /** Brings and verifies the content of an entry: {@code trust.Stager}. */
    @FunctionalInterface
    public interface Stager {
        io.wherry.agent.trust.Staged stage(io.wherry.contract.Entry entry);
    }
}
