package io.wherry.base;

/** What is done when the process is told to end: Ctrl-C, or a service manager's SIGTERM. */
public final class Shutdown {
    private Shutdown() {}

    /** Runs the task once at the end of the process, whoever ends it; the task must be quick and must not throw. */
    public static void run(String name, Runnable task) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name(name).unstarted(task));
    }
}
