package io.wherry.hub.fleet;

import io.wherry.base.Loop;
import io.wherry.contract.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jdbi.v3.core.Handle;

/**
 * When each agent was last heard and how it runs: kept in memory, written in batches, so that an idle poll costs no write.
 *
 * <p>A crash loses at most ten minutes: until its next poll an agent then looks silent for that much longer. What would be wrong and not only old after it
 * is written at once: that an agent was heard at all, and how it runs. An orderly end loses nothing.
 */
public final class LastSeen implements AutoCloseable {
    /** Writing a row costs more CPU than half an idle poll: once for several polls. What is shown comes from memory anyway. */
    private static final Duration FLUSH = Duration.ofMinutes(10);

    /**
     * What the newest poll said.
     *
     * @param at          when it came in
     * @param mode        {@code timer}, {@code interval} or {@code held}
     * @param incarnation starts of its state folder so far, 1 or more
     * @param instance    drawn at each start, in hexadecimal digits
     */
    public record Presence(Instant at, String mode, long incarnation, String instance) {}

    private final AgentRepository agents;
    private final InstantSource clock;
    private final ConcurrentMap<AgentId, Presence> presences = new ConcurrentHashMap<>();
    private final ConcurrentMap<AgentId, String> modes;
    private final ConcurrentMap<AgentId, Instant> heard;
    private final ConcurrentMap<AgentId, Instant> unwritten = new ConcurrentHashMap<>();
    private final Incarnations incarnations;
    private final Loop loop;

    private LastSeen(AgentRepository agents, InstantSource clock) {
        this.agents = agents;
        this.clock = clock;
        this.modes = new ConcurrentHashMap<>(agents.modes());
        this.heard = new ConcurrentHashMap<>(agents.lastHeard());
        this.incarnations = new Incarnations(agents.incarnations());
        this.loop = Loop.start("last-seen", FLUSH, this::runOnce);
    }

    /** Reads what was written before and writes what comes in until closed. */
    public static LastSeen start(AgentRepository agents, InstantSource clock) {
        return new LastSeen(agents, clock);
    }

    /** Notes any call of this agent. Touches memory only. */
    public void heard(AgentId id) {
        Instant now = clock.instant();
        unwritten.put(id, now);
        if (heard.put(id, now) == null) {
            loop.nudge();
        }
    }

    /**
     * Notes a poll. Touches memory only.
     *
     * @return whether the agent's state folder exists twice: two processes poll with it
     */
    public boolean polled(AgentId id, String mode, long incarnation, String instance) {
        Instant now = clock.instant();
        presences.put(id, new Presence(now, mode, incarnation, instance));
        boolean changes = !mode.equals(modes.put(id, mode));
        heard(id); // last: what a run of the loop takes as written is all there
        if (changes) {
            loop.nudge();
        }
        return incarnations.areTwo(id, incarnation, instance, now);
    }

    /** Whether a state folder with so many starts is older than the one that polled last. */
    boolean isOlder(AgentId id, long incarnation) {
        return incarnations.isOlder(id, incarnation);
    }

    /** After a person has seen to it that there is only one: whoever polls next is believed. With the transaction's end it holds over a restart. */
    public void believeNext(Handle handle, AgentId id) {
        presences.remove(id);
        agents.forgetIncarnation(handle, id);
        incarnations.forget(id);
    }

    /** The last call of any kind; survives a restart of the hub. */
    public Optional<Instant> lastHeard(AgentId id) {
        return Optional.ofNullable(heard.get(id));
    }

    /** How it runs by its last poll: {@code timer}, {@code interval} or {@code held}; survives a restart of the hub. Empty: it has not polled yet. */
    public Optional<String> mode(AgentId id) {
        return Optional.ofNullable(modes.get(id));
    }

    /** The last poll since this hub started. */
    public Optional<Presence> presence(AgentId id) {
        return Optional.ofNullable(presences.get(id));
    }

    /** Writes what was heard since the last run, in one transaction; writes nothing if nothing was. */
    public void runOnce() {
        Map<AgentId, Instant> batch = new HashMap<>(unwritten);
        if (batch.isEmpty()) {
            return;
        }
        Map<AgentId, Long> starts = new HashMap<>();
        batch.keySet().forEach(id -> presence(id).ifPresent(last -> starts.put(id, last.incarnation())));
        agents.heard(batch, starts, Map.copyOf(modes));
        batch.forEach(unwritten::remove); // only if not heard again meanwhile
    }

    /** Writes the rest. */
    @Override
    public void close() {
        loop.close();
        runOnce();
    }
}
