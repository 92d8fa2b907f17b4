package io.wherry.hub.fleet;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.Running;
import io.wherry.contract.StackId;
import io.wherry.hub.fleet.Review.Cause;
import io.wherry.hub.fleet.Review.Position;
import io.wherry.hub.fleet.Review.Told;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Agents under review and what they told: tables {@code agent_review}, {@code agent_review_stack}, {@code unknown_content}, view {@code agent_held}. */
public final class ReviewRepository {
    private ReviewRepository() {}

    public static Optional<Review> find(Handle handle, AgentId agent) {
        return Optional.ofNullable(find(handle, List.of(agent)).get(agent));
    }

    /** Of those of the agents that are under review. */
    public static Map<AgentId, Review> find(Handle handle, Collection<AgentId> agents) {
        return handle
                .createQuery("SELECT * FROM agent_review WHERE agent IN (SELECT value FROM json_each(:agents))")
                .bind("agents", AgentIds.parameter(agents))
                .map((row, context) -> review(row))
                .stream()
                .collect(Collectors.toMap(Review::agent, review -> review));
    }

    public static List<Review> list(Handle handle) {
        return handle.createQuery("SELECT * FROM agent_review ORDER BY agent")
                .map((row, context) -> review(row))
                .list();
    }

    /** Begins the review of every agent that is served or may be: what they told in an earlier one counts no longer. */
    public static int holdAll(Handle handle, Instant at) {
        handle.execute("DELETE FROM agent_review");
        handle.execute("DELETE FROM agent_review_stack");
        return handle.execute("""
                        INSERT INTO agent_review (agent, cause, since_ms, polled_ms, epoch, sequence, root_version, reported_ms)
                        SELECT id, 'restored', ?, 0, 0, 0, 0, 0 FROM agent WHERE state IN ('pending', 'enrolled', 'retiring')""", at.toEpochMilli());
    }

    /**
     * Begins to hold one agent. Where it is held already, nothing changes.
     *
     * @param position where it stands; empty: that is not what it is held for
     * @return whether it was not held
     */
    public static boolean hold(Handle handle, AgentId agent, Cause cause, Optional<Position> position, Instant at) {
        Position told = position.orElse(new Position(0, 0, 0));
        return handle.execute(
                        """
                        INSERT INTO agent_review (agent, cause, since_ms, polled_ms, epoch, sequence, root_version, reported_ms)
                        VALUES (?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT (agent) DO NOTHING""",
                        agent.value(),
                        cause.name().toLowerCase(Locale.ROOT),
                        at.toEpochMilli(),
                        position.isPresent() ? at.toEpochMilli() : 0,
                        told.epoch(),
                        told.sequence(),
                        told.rootVersion())
                > 0;
    }

    /** A person has looked at it, and nothing of what it runs is in question. What is unknown of it stays unknown. */
    public static void end(Handle handle, AgentId agent, Instant at) {
        handle.execute("DELETE FROM agent_review WHERE agent = ?", agent.value());
        vouch(handle, agent, at);
    }

    /** A person says that it is still theirs: it may have a certificate, however long it was away. */
    public static void vouch(Handle handle, AgentId agent, Instant at) {
        handle.execute("UPDATE agent SET reviewed_ms = ? WHERE id = ?", at.toEpochMilli(), agent.value());
    }

    /** Notes where the agent stands. Only the first time: later it has followed what this hub told it. */
    public static void heard(Handle handle, AgentId agent, Position position, Instant at) {
        handle.execute(
                """
                        UPDATE agent_review SET polled_ms = ?, epoch = ?, sequence = ?, root_version = ?
                        WHERE agent = ? AND polled_ms = 0""", at.toEpochMilli(), position.epoch(), position.sequence(), position.rootVersion(), agent.value());
    }

    /**
     * Takes what the agent told.
     *
     * @param complete whether these are all its stacks; what it told before counts no longer then
     */
    public static void told(Handle handle, AgentId agent, List<Told> stacks, boolean complete, Instant at) {
        if (complete) {
            handle.execute("DELETE FROM agent_review_stack WHERE agent = ?", agent.value());
            handle.execute("UPDATE agent_review SET reported_ms = ? WHERE agent = ?", at.toEpochMilli(), agent.value());
        }
        for (Told told : stacks) {
            handle.execute(
                    """
                            INSERT INTO agent_review_stack (agent, stack, name, generation, bundle, running_generation, running_bundle)
                            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (agent, stack) DO UPDATE SET name = excluded.name,
                              generation = excluded.generation, bundle = excluded.bundle,
                              running_generation = excluded.running_generation, running_bundle = excluded.running_bundle""",
                    agent.value(),
                    told.stack().value(),
                    told.name(),
                    told.generation(),
                    told.bundle().map(Digest::hex).orElse(""),
                    told.running().map(Running::generation).orElse(0L),
                    told.running().map(running -> running.bundle().hex()).orElse(""));
        }
    }

    public static List<Told> told(Handle handle, AgentId agent) {
        return handle.createQuery("SELECT * FROM agent_review_stack WHERE agent = :agent ORDER BY name, stack")
                .bind("agent", agent.value())
                .map((row, context) -> told(row))
                .list();
    }

    /** A person has looked. What the agent runs and the hub has no record of stays unknown until something newer takes its place. */
    public static void end(Handle handle, AgentId agent, List<Told> unknown) {
        handle.execute("DELETE FROM agent_review WHERE agent = ?", agent.value());
        handle.execute("DELETE FROM agent_review_stack WHERE agent = ?", agent.value());
        handle.execute("DELETE FROM unknown_content WHERE agent = ?", agent.value());
        for (Told told : unknown) {
            handle.execute(
                    "INSERT INTO unknown_content (agent, stack, name, generation) VALUES (?, ?, ?, ?)",
                    agent.value(),
                    told.stack().value(),
                    told.name(),
                    told.generation());
        }
    }

    /** Whether no assignment is issued for the agent. */
    public static boolean held(Handle handle, AgentId agent) {
        return handle.createQuery("SELECT count(*) FROM agent_held WHERE agent = :agent")
                        .bind("agent", agent.value())
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    /** Names of the stacks of which the agents run something newer than this hub could offer; an agent without any is left out. */
    public static Map<AgentId, List<String>> unknownStacks(Handle handle, Collection<AgentId> agents) {
        Map<AgentId, List<String>> stacks = new HashMap<>();
        handle.createQuery("""
                        SELECT u.agent, u.name FROM unknown_content u
                        LEFT JOIN entry e ON e.agent = u.agent AND e.stack = u.stack
                        WHERE u.agent IN (SELECT value FROM json_each(:agents))
                          AND (e.generation IS NULL OR e.generation <= u.generation) ORDER BY u.name""")
                .bind("agents", AgentIds.parameter(agents))
                .map((row, context) -> Map.entry(AgentId.parse(row.getString("agent")), row.getString("name")))
                .forEach(unknown -> stacks.computeIfAbsent(unknown.getKey(), agent -> new ArrayList<>())
                        .add(unknown.getValue()));
        return stacks;
    }

    /** Agents that run something newer of the stack than this hub could offer. */
    public static List<AgentId> waitingFor(Handle handle, StackId stack) {
        return handle.createQuery("""
                        SELECT u.agent FROM unknown_content u JOIN entry e ON e.agent = u.agent AND e.stack = u.stack
                        WHERE u.stack = :stack AND e.generation <= u.generation ORDER BY u.agent""")
                .bind("stack", stack.value())
                .map((row, context) -> AgentId.parse(row.getString("agent")))
                .list();
    }

    private static Review review(ResultSet row) throws SQLException {
        return new Review(
                AgentId.parse(row.getString("agent")),
                Cause.valueOf(row.getString("cause").toUpperCase(Locale.ROOT)),
                Instant.ofEpochMilli(row.getLong("since_ms")),
                row.getLong("polled_ms") == 0
                        ? Optional.empty()
                        : Optional.of(new Position(
                                row.getLong("epoch"), row.getLong("sequence"), row.getLong("root_version"))),
                row.getLong("reported_ms") > 0);
    }

    private static Told told(ResultSet row) throws SQLException {
        String bundle = row.getString("bundle");
        String running = row.getString("running_bundle");
        return new Told(
                StackId.parse(row.getString("stack")),
                row.getString("name"),
                row.getLong("generation"),
                bundle.isEmpty() ? Optional.empty() : Optional.of(new Digest(bundle)),
                running.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Running(row.getLong("running_generation"), new Digest(running))));
    }
}
