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

    /** A task that waits for the end of the process. */
    public interface Armed extends AutoCloseable {
        /** Disarms it: what it would have done is done, or not needed. */
        @Override
        void close();
    }

    /** Runs the task if the process is asked to end before this is closed: so that a command that is broken off leaves nothing behind. */
    public static Armed during(String name, Runnable task) {
        Thread hook = Thread.ofPlatform().name(name).unstarted(task);
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException ending) {
            return () -> {};
        }
        return () -> disarm(hook);
    }

    private static void disarm(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // it runs already, and what it deletes is to be deleted by whoever disarms it too
        }
    }
}
