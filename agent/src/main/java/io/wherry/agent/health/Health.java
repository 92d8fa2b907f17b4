package io.wherry.agent.health;

import java.util.List;

/** What one look at a stack's objects came to. The worst object decides; all are listed. */
public sealed interface Health {

    /** In name order, one per object. */
    List<ObjectHealth> objects();

    /** Everything is healthy or completed. */
    record Healthy(List<ObjectHealth> objects) implements Health {
        public Healthy {
            objects = List.copyOf(objects);
        }
    }

    /**
     * Not decided yet: look again.
     *
     * @param detail what is still waited for
     */
    record Starting(String detail, List<ObjectHealth> objects) implements Health {
        public Starting {
            objects = List.copyOf(objects);
        }
    }

    /** @param detail names the object, its exit code or check's output, and its last log lines */
    record Unhealthy(HealthReason reason, String detail, List<ObjectHealth> objects) implements Health {
        public Unhealthy {
            objects = List.copyOf(objects);
        }
    }
}
