package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LoopTest {
    private static final Duration NEVER = Duration.ofDays(1);

    @Test
    void runsAtOnceAndWhenNudged() throws InterruptedException {
        Semaphore runs = new Semaphore(0);
        try (Loop loop = Loop.start("test", NEVER, runs::release)) {
            runs.acquire();
            loop.nudge();
            runs.acquire();
        }
    }

    @Test
    void runsAgainWhenTheIntervalIsOver() throws InterruptedException {
        Semaphore runs = new Semaphore(0);
        try (Loop _ = Loop.start("test", Duration.ofMillis(1), runs::release)) {
            runs.acquire(5);
        }
    }

    @Test
    void manyNudgesDuringARunCauseOneMore() throws InterruptedException {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Semaphore done = new Semaphore(0);
        AtomicInteger runs = new AtomicInteger();
        Loop loop = Loop.start("test", NEVER, () -> {
            if (runs.incrementAndGet() == 1) {
                began.countDown();
                awaitQuietly(goOn);
            }
            done.release();
        });
        began.await();
        for (int i = 0; i < 100; i++) {
            loop.nudge();
        }
        goOn.countDown();
        done.acquire(2);
        loop.close();

        assertThat(runs).hasValue(2);
    }

    @Test
    void goesOnAfterARunThatFailed() throws InterruptedException {
        Semaphore runs = new Semaphore(0);
        try (Loop loop = Loop.start("test", NEVER, () -> {
            runs.release();
            throw new IllegalStateException("this run fails on purpose");
        })) {
            runs.acquire();
            loop.nudge();
            runs.acquire();
        }
    }

    @Test
    void closingLetsTheRunFinishAndStartsNoOther() throws InterruptedException {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger finished = new AtomicInteger();
        Loop loop = Loop.start("test", NEVER, () -> {
            began.countDown();
            awaitQuietly(goOn);
            finished.incrementAndGet();
        });
        began.await();
        Thread closer = Thread.ofVirtual().start(loop::close);
        goOn.countDown();
        closer.join();
        loop.nudge();

        assertThat(finished).hasValue(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
