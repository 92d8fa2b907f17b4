package io.wherry.agent.runtime.kubernetes.health;

import io.wherry.agent.health.HealthReason;
import io.wherry.agent.health.ObjectHealth;
import java.util.Optional;

/**
 * What one look at an object came to.
 *
 * @param reason only where it is unhealthy
 * @param log    whose last lines tell more
 */
record ObjectVerdict(ObjectHealth health, Optional<HealthReason> reason, Optional<LogSource> log) {

    static ObjectVerdict good(String object, ObjectHealth.State state, String detail) {
        return new ObjectVerdict(new ObjectHealth(object, state, detail), Optional.empty(), Optional.empty());
    }

    static ObjectVerdict bad(String object, HealthReason reason, String detail, Optional<LogSource> log) {
        return new ObjectVerdict(
                new ObjectHealth(object, ObjectHealth.State.UNHEALTHY, detail), Optional.of(reason), log);
    }

    boolean isBad() {
        return reason.isPresent();
    }
}
