package io.wherry.hub;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;

/**
 * Gives memory back after a crowd: the collector shrinks the heap only when it collects all of it, and an idle hub gives it no reason to. A thousand agents that
 * join at once left half a gigabyte behind, of which a tenth was in use.
 */
final class SpareHeap {
    /** Less is not worth the pause, which is a tenth of a second for 50 MiB in use. */
    static final long WORTH_BYTES = 96L << 20;

    private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();

    /** Called now and then. Afterwards little is spare, so that the next call does nothing. */
    void giveBack() {
        if (isWorthIt(memory.getHeapMemoryUsage())) {
            memory.gc();
        }
    }

    static boolean isWorthIt(MemoryUsage heap) {
        return heap.getCommitted() - heap.getUsed() > WORTH_BYTES;
    }
}
