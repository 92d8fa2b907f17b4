package io.wherry.base;

/**
 * Gives memory back after a crowd: the collector shrinks the heap only when it collects all of it, and an idle program gives it no reason to. A thousand
 * agents that join a hub at once left half a gigabyte behind, of which a tenth was in use; a thousand objects applied by an agent 30 MB. How much that is
 * only the collection itself tells, so it follows growth.
 */
public final class SpareHeap {
    private final long worthBytes;
    private long collectedAt = committed();

    /** @param worthBytes less growth is not worth the pause, which is a tenth of a second for 50 MiB in use */
    public SpareHeap(long worthBytes) {
        this.worthBytes = worthBytes;
    }

    /** Called now and then; does nothing unless the heap has grown since the last time. */
    public void giveBack() {
        if (isWorthIt(collectedAt, committed())) {
            System.gc();
            collectedAt = committed();
        } else {
            collectedAt = Math.min(collectedAt, committed());
        }
    }

    private static long committed() {
        return Runtime.getRuntime().totalMemory();
    }

    boolean isWorthIt(long before, long committed) {
        return committed - before > worthBytes;
    }
}
