package io.wherry.agent.health;

/**
 * Keeps one bad look from painting a stack that was healthy: only so many in a row count. Immutable; one per stack.
 *
 * @param bad looks in a row that found it unhealthy
 */
public record Hysteresis(int bad) {
    /** Three looks: one may fall into a restart of the engine, two into a slow disk. */
    public static final int BAD_IN_A_ROW = 3;

    public static final Hysteresis HEALTHY = new Hysteresis(0);

    public Hysteresis {
        if (bad < 0) {
            throw new IllegalArgumentException("bad: " + bad + " (expected: 0 or more)");
        }
    }

    /** After one more look at a stack that was healthy before. */
    public Hysteresis next(Health health) {
        return switch (health) {
            case Health.Healthy _ -> HEALTHY;
            case Health.Starting _ -> this;
            case Health.Unhealthy _ -> new Hysteresis(Math.min(bad + 1, BAD_IN_A_ROW));
        };
    }

    public boolean unhealthy() {
        return bad >= BAD_IN_A_ROW;
    }
}
