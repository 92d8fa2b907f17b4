package io.wherry.e2e.bench;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.wherry.agent.hubclient.Cadence;
import io.wherry.agent.hubclient.PollMode;
import io.wherry.agent.hubclient.Polled;
import io.wherry.agent.hubclient.Trouble;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** An agent that loses its hub and comes back at the real agent's own pace: its connection's and its polls'. */
final class ReturningAgent {
    private static final Duration HOLD = Duration.ofMinutes(4);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Polled.Wishes NONE =
            new Polled.Wishes(Optional.empty(), false, false, 1, Optional.empty(), Optional.empty());

    private final BenchAgent agent;
    private final Cadence cadence;
    private ManagedChannel channel;
    private volatile long answeredNanos;

    ReturningAgent(BenchAgent agent, RandomGenerator random) {
        this.agent = agent;
        this.channel = agent.connect();
        this.cadence = new Cadence(PollMode.HELD, INTERVAL, HOLD, random);
    }

    /** Polls for as long as it is not interrupted. */
    void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Duration hold = answeredNanos == 0 ? Duration.ZERO : cadence.hold();
                long begin = System.nanoTime();
                Polled polled = poll(hold);
                Thread.sleep(cadence.after(polled, hold, Duration.ofNanos(System.nanoTime() - begin)));
            }
        } catch (InterruptedException e) {
            channel.shutdownNow();
        }
    }

    private Polled poll(Duration hold) {
        try {
            BenchAgent.poll(channel, answeredNanos == 0 ? BenchAgent.first() : BenchAgent.idle(1, hold.toMillis()));
            answeredNanos = System.nanoTime();
            return new Polled.UpToDate(NONE);
        } catch (StatusRuntimeException e) {
            channel.shutdownNow();
            channel = agent.connect(); // as the real one: the next call goes elsewhere
            return new Polled.Unreachable(Trouble.HUB_UNREACHABLE, String.valueOf(e.getMessage()), Optional.empty());
        }
    }

    /** When it was answered last. */
    long answeredNanos() {
        return answeredNanos;
    }
}
