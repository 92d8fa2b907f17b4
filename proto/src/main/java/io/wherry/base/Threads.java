package io.wherry.base;

/**
 * What loops and short tasks run on: virtual threads, or the system's own where {@code -Dwherry.threads=platform} says so.
 *
 * <p>A hub has a thread for each source and each call. An agent has a dozen, and its commands are over in half a second: once a virtual thread has waited for a socket, the
 * JVM keeps a thread in the kernel that waits for all of them, and at its end the JVM waits for that one, in vain and for 300 ms.
 */
final class Threads {
    private static final boolean PLATFORM = isPlatform(System.getProperty("wherry.threads", "virtual"));

    private Threads() {}

    static boolean isPlatform(String value) {
        return switch (value) {
            case "platform" -> true;
            case "virtual" -> false;
            default ->
                throw new IllegalArgumentException("-Dwherry.threads=" + value + " (expected: virtual or platform)");
        };
    }

    /** Does not keep the program from ending. */
    static Thread.Builder named(String name) {
        return PLATFORM
                ? Thread.ofPlatform().daemon().name(name)
                : Thread.ofVirtual().name(name);
    }
}
