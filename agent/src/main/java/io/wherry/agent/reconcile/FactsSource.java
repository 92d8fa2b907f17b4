package io.wherry.agent.reconcile;

import io.wherry.agent.hubclient.AgentFacts;
import java.time.Instant;
import java.util.Optional;

/** Where the facts of this agent come from. */
@FunctionalInterface
public interface FactsSource {
    /** All of them, anew: asks the runtime. */
    AgentFacts gather();

    /** Until when a person wants nothing done here; costs nothing to ask. */
    default Optional<Instant> pausedUntil() {
        return Optional.empty();
    }
}
