package io.wherry.base;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** Short tasks on threads of their own, bounded in time and in number. Nothing outlives the call that started it, except a task that ignores its interrupt. */
public final class Workers {
    private Workers() {}

    /**
     * Runs a task and waits for it at most that long, then interrupts it. For blocking I/O whose own time limits cannot be trusted.
     *
     * @throws TimeoutException     if it took longer; it was interrupted
     * @throws ExecutionException   with what the task threw as its cause
     * @throws InterruptedException if the caller was interrupted; so was the task
     */
    public static <T> T within(Duration limit, String name, Callable<T> task)
            throws TimeoutException, ExecutionException, InterruptedException {
        FutureTask<T> future = new FutureTask<>(task);
        Threads.named(name).start(future);
        try {
            return future.get(limit.toNanos(), NANOSECONDS);
        } catch (TimeoutException | InterruptedException e) {
            future.cancel(true);
            throw e;
        }
    }

    /**
     * Runs a task and waits for it as long as it moves on, then interrupts it.
     *
     * @param limit      for the whole of it
     * @param silence    at most this long without a move
     * @param movedNanos when it moved last, by {@link System#nanoTime}
     * @throws TimeoutException     if it took longer or stood still; it was interrupted
     * @throws ExecutionException   with what the task threw as its cause
     * @throws InterruptedException if the caller was interrupted; so was the task
     */
    public static <T> T whileMoving(
            Duration limit, Duration silence, LongSupplier movedNanos, String name, Callable<T> task)
            throws TimeoutException, ExecutionException, InterruptedException {
        FutureTask<T> future = new FutureTask<>(task);
        Threads.named(name).start(future);
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                long now = System.nanoTime();
                long left = Math.min(end - now, movedNanos.getAsLong() + silence.toNanos() - now);
                try {
                    return future.get(Math.max(left, 0), NANOSECONDS);
                } catch (TimeoutException e) {
                    if (left <= 0) {
                        throw e; // else it may have moved meanwhile
                    }
                }
            }
        } catch (TimeoutException | InterruptedException e) {
            future.cancel(true);
            throw e;
        }
    }

    /**
     * Runs tasks side by side, at most so many at a time, and waits for all of them, also when one fails.
     *
     * @return their results in the order of the tasks
     * @throws RuntimeException of the first task in order that threw; those of others are attached as suppressed
     */
    public static <T> List<T> sideBySide(int atMost, String name, List<? extends Callable<T>> tasks) {
        List<FutureTask<T>> futures = new ArrayList<>();
        tasks.forEach(task -> futures.add(new FutureTask<>(task)));
        AtomicInteger next = new AtomicInteger();
        for (int i = 0;
                i < Math.min(atMost, futures.size());
                i++) { // not one thread each: of ten thousand tasks most would only wait
            Threads.named(name).start(() -> {
                for (int mine = next.getAndIncrement(); mine < futures.size(); mine = next.getAndIncrement()) {
                    futures.get(mine).run();
                }
            });
        }
        return collect(futures);
    }

    @SuppressWarnings("ReferenceEquality") // an exception refuses to be attached to itself, not to its equal
    private static <T> List<T> collect(List<FutureTask<T>> futures) {
        List<T> results = new ArrayList<>();
        Throwable first = null;
        for (FutureTask<T> future : futures) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                if (first == null) {
                    first = cause;
                } else if (first != cause) {
                    first.addSuppressed(cause);
                }
            } catch (InterruptedException e) {
                futures.forEach(f -> f.cancel(true));
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for tasks side by side", e);
            }
        }
        switch (first) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException("a task side by side failed", first);
        }
        return results;
    }
}
