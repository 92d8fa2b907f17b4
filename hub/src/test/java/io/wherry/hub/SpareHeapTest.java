package io.wherry.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.MemoryUsage;
import org.junit.jupiter.api.Test;

/** That a whole hub is small again after a crowd, {@code e2e/bench/whole-hub.sh} measures. */
class SpareHeapTest {
    private static MemoryUsage heap(long usedMb, long committedMb) {
        return new MemoryUsage(0, usedMb << 20, committedMb << 20, 512L << 20);
    }

    @Test
    void collectsWhereMuchIsSpareAndNeverTwice() {
        assertThat(SpareHeap.isWorthIt(heap(104, 504))).isTrue();
        assertThat(SpareHeap.isWorthIt(heap(53, 80))).as("after the collection").isFalse();
        assertThat(SpareHeap.isWorthIt(heap(420, 504))).as("in use").isFalse();
    }
}
