package io.wherry.e2e;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Ports for servers that tests start, stop and start again. Below the range from which Linux takes the ports of connections, so that none is
 * lost to one while its server is down, and none is given twice in a process: tests run side by side.
 */
public final class FreePorts {
    private static final int FIRST = 10_000;
    private static final int COUNT = 20_000;

    /** What the README's five minutes publish. */
    private static final int TUTORIAL = 18_080;

    /** Processes that start one after the other begin so far apart that none comes to where the next one began. */
    private static final int APART = 397;

    /** Several builds may share a machine. */
    private static final AtomicInteger next =
            new AtomicInteger((int) (ProcessHandle.current().pid() * APART % COUNT));

    private FreePorts() {}

    /** A port on which nothing listens now, on any address. */
    public static int take() {
        return take(1);
    }

    /** The first of so many in a row. */
    public static int take(int row) {
        for (int tries = 0; tries < COUNT; tries++) {
            int first = FIRST + Math.floorMod(next.getAndAdd(row), COUNT);
            if (first + row <= FIRST + COUNT
                    && IntStream.range(first, first + row).allMatch(FreePorts::isFree)) {
                return first;
            }
        }
        throw new IllegalStateException("ports " + FIRST + " to " + (FIRST + COUNT - 1) + " are all taken");
    }

    private static boolean isFree(int port) {
        if (port == TUTORIAL) {
            return false;
        }
        try (ServerSocket free = new ServerSocket(port)) {
            return free.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
