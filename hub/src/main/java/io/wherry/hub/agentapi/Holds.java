package io.wherry.hub.agentapi;

import io.wherry.base.Loop;
import io.wherry.contract.AgentId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Polls whose answer waits: until something changes for the agent, or its time is over, whichever is first.
 *
 * <p>A held poll is one small object in a map and no thread, so tens of thousands cost nothing while nothing happens. An agent has at most one:
 * a second (its connection broke and it does not know yet) answers the first.
 */
final class Holds implements AutoCloseable {
    /** With no poll held there is nothing to end: the first one wakes the loop. */
    private static final Duration NOTHING_HELD = Duration.ofHours(1);

    /** Ends come at most once a second: one wake-up then serves all that are due. */
    private static final Duration SHORTEST_SLEEP = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final ConcurrentMap<AgentId, Hold> holds = new ConcurrentHashMap<>();
    private final ConcurrentSkipListSet<Hold> byEnd =
            new ConcurrentSkipListSet<>(Comparator.comparingLong(Hold::endMs).thenComparingLong(Hold::number));
    private final AtomicLong numbers = new AtomicLong();
    private final Loop loop;

    private Holds(InstantSource clock) {
        this.clock = clock;
        this.loop = Loop.start("held-polls", this::sleep, this::runOnce);
    }

    static Holds start(InstantSource clock) {
        return new Holds(clock);
    }

    /** One held poll. Identity is the object's: a record would compare the answers. */
    static final class Hold {
        private final AgentId agent;
        private final long number;
        private final long endMs;
        private final Runnable answer;

        private Hold(AgentId agent, long number, long endMs, Runnable answer) {
            this.agent = agent;
            this.number = number;
            this.endMs = endMs;
            this.answer = answer;
        }

        private long endMs() {
            return endMs;
        }

        private long number() {
            return number;
        }
    }

    /** Holds a poll. The answer runs once, on whatever thread ends the hold; it must not block. */
    Hold hold(AgentId agent, Duration atMost, Runnable answer) {
        Hold hold = new Hold(agent, numbers.incrementAndGet(), clock.millis() + atMost.toMillis(), answer);
        byEnd.add(hold);
        Hold before = holds.put(agent, hold);
        if (before != null) {
            end(before);
        }
        if (byEnd.lower(hold) == null) { // it ends before all others: the loop may sleep past it
            loop.nudge();
        }
        return hold;
    }

    /** Answers this agent's held poll now, if there is one. */
    void release(AgentId agent) {
        Hold hold = holds.get(agent);
        if (hold != null) {
            end(hold);
        }
    }

    /** Forgets a poll whose agent is gone; nothing is answered. */
    boolean drop(Hold hold) {
        holds.remove(hold.agent, hold);
        return byEnd.remove(hold);
    }

    /** Answers one hold, unless that was done before. */
    void end(Hold hold) {
        if (drop(hold)) {
            hold.answer.run();
        }
    }

    int size() {
        return holds.size();
    }

    /** Answers all that are due. */
    void runOnce() {
        long now = clock.millis();
        for (Hold hold : byEnd) { // in the order of their ends; weakly consistent, so others may come and go meanwhile
            if (hold.endMs > now) {
                return;
            }
            end(hold);
        }
    }

    private Duration sleep() {
        for (Hold next : byEnd) {
            Duration rest = Duration.ofMillis(next.endMs - clock.millis());
            return rest.compareTo(SHORTEST_SLEEP) < 0 ? SHORTEST_SLEEP : rest;
        }
        return NOTHING_HELD;
    }

    /** Answers all, so that no agent waits for a hub that stops. */
    @Override
    public void close() {
        loop.close();
        holds.values().forEach(this::end);
    }
}
