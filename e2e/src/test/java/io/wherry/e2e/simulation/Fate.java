package io.wherry.e2e.simulation;

/** Says when a process dies: it counts what the process does to its world, and ends it between any two of these steps. */
public final class Fate {
    private final Thread process = Thread.currentThread();
    private int left = Integer.MAX_VALUE;
    private boolean dead;

    /** What a killed process would have felt. Nothing catches it on the way up but the simulation. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed", null, false, false);
        }
    }

    /** Before each step. Background threads that look at the same world do not count: what they do must not depend on chance. */
    public void step() {
        if (Thread.currentThread() != process) {
            return;
        }
        if (dead || left <= 0) {
            dead = true;
            throw new Killed();
        }
        left--;
    }

    void dieAfter(int steps) {
        left = steps;
    }

    void live() {
        left = Integer.MAX_VALUE;
        dead = false;
    }
}
