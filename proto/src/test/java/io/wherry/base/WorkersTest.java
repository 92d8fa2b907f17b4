package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkersTest {
    @Test
    void interruptsATaskThatTakesTooLong() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);

        assertThatThrownBy(() -> Workers.within(Duration.ofMillis(20), "test", () -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return "never";
                }))
                .isInstanceOf(TimeoutException.class);

        interrupted.await();
    }

    @Test
    void givesResultsInTheOrderOfTheTasks() {
        List<Callable<Integer>> tasks =
                IntStream.range(0, 50).<Callable<Integer>>mapToObj(i -> () -> i).toList();

        assertThat(Workers.sideBySide(4, "test", tasks))
                .isEqualTo(IntStream.range(0, 50).boxed().toList());
    }

    @Test
    void neverRunsMoreThanAllowedAtATime() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Callable<Integer> task = () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            Thread.sleep(2);
            return running.decrementAndGet();
        };

        Workers.sideBySide(3, "test", java.util.Collections.nCopies(20, task));

        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void waitsForAllAndThrowsTheFirstFailureInOrder() {
        AtomicInteger done = new AtomicInteger();
        List<Callable<Integer>> tasks = List.of(
                done::incrementAndGet,
                () -> {
                    throw new IllegalArgumentException("second");
                },
                done::incrementAndGet,
                () -> {
                    throw new IllegalArgumentException("fourth");
                });

        assertThatThrownBy(() -> Workers.sideBySide(2, "test", tasks))
                .hasMessage("second")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(done).hasValue(2);
    }
}
