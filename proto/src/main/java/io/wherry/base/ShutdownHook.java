package io.wherry.base;

/** What a process does when it is asked to end: one place, since threads start in this package only. */
public final class ShutdownHook {
    private ShutdownHook() {}

    /** Runs the task when the process is asked to end (SIGTERM, SIGINT); the process lives until the task is over. */
    public static void register(String name, Runnable task) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name(name).unstarted(task));
    }
}
