package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** That programs are small again after a crowd, {@code e2e/bench/whole-hub.sh} and {@code kubernetes-apply.sh} measure. */
class SpareHeapTest {
    private static boolean isWorthIt(long beforeMb, long committedMb) {
        return new SpareHeap(32 << 20).isWorthIt(beforeMb << 20, committedMb << 20);
    }

    @Test
    void collectsAfterGrowthAndNotForEver() {
        assertThat(isWorthIt(80, 504)).isTrue();
        assertThat(isWorthIt(504, 504)).as("in use after all").isFalse();
        assertThat(isWorthIt(80, 100)).as("a little more").isFalse();
    }
}
