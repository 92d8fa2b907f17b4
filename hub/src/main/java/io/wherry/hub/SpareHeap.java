package io.wherry.hub;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/**
 * Gives memory back after a crowd: the collector shrinks the heap only when it collects all of it, and an idle hub gives it no reason to. A thousand agents that
 * join at once left half a gigabyte behind, of which a tenth was in use. How much that is only the collection itself tells, so it follows growth.
 */
final class SpareHeap {
    /** Less growth is not worth the pause, which is a tenth of a second for 50 MiB in use. */
    static final long WORTH_BYTES = 32L << 20;

    private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    private long collectedAt = committed();

    /** Called now and then; does nothing unless the heap has grown since the last time. */
    void giveBack() {
        if (isWorthIt(collectedAt, committed())) {
            memory.gc();
            collectedAt = committed();
        } else {
            collectedAt = Math.min(collectedAt, committed());
        }
    }

    private long committed() {
        return memory.getHeapMemoryUsage().getCommitted();
    }

    static boolean isWorthIt(long before, long committed) {
        return committed - before > WORTH_BYTES;
    }
}
