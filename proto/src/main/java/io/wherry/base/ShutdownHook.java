package io.wherry.base;

/** What a process does when it is asked to end: one place, since threads start in this package only. */
public final class ShutdownHook {
    private ShutdownHook() {}

    /**
     * Runs the task when the process is asked to end (SIGTERM, SIGINT); the process lives until the task is over.
     *
     * @return false if it was asked before, as by somebody who changed their mind while it started: it is ending, and the task is never run
     */
    public static boolean register(String name, Runnable task) {
        try {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name(name).unstarted(task));
            return true;
        } catch (IllegalStateException ending) {
            return false;
        }
    }
}
