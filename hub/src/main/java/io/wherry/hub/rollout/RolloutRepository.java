package io.wherry.hub.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.resource.ResourceYaml;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.rollout.Rollout.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rollouts and their targets: tables {@code rollout} and {@code rollout_target}. */
public final class RolloutRepository {
    /** As many as revisions of a stack. */
    static final int KEPT_PER_STACK = 10;

    private RolloutRepository() {}

    /** The stack's newest rollout, however it stands. */
    public static Optional<Rollout> newest(Handle handle, StackId stack) {
        return handle.createQuery("SELECT * FROM rollout WHERE stack = :stack ORDER BY number DESC LIMIT 1")
                .bind("stack", stack.value())
                .map((row, context) -> rollout(row))
                .findOne();
    }

    /** Newest first. */
    public static List<Rollout> list(Handle handle, StackId stack) {
        return handle.createQuery("SELECT * FROM rollout WHERE stack = :stack ORDER BY number DESC")
                .bind("stack", stack.value())
                .map((row, context) -> rollout(row))
                .list();
    }

    /** Of all stacks, those of which anything may still happen. */
    public static List<Rollout> open(Handle handle) {
        return handle.createQuery("""
                        SELECT * FROM rollout AS r WHERE state NOT IN ('succeeded', 'aborted', 'reverted', 'superseded')
                        AND number = (SELECT max(number) FROM rollout WHERE stack = r.stack) ORDER BY stack""").map((row, context) -> rollout(row)).list();
    }

    /** Writes it, and forgets the oldest of its stack. */
    public static void put(Handle handle, Rollout rollout) {
        handle.createUpdate("""
                        INSERT INTO rollout (stack, number, revision, policy, state, detail, wave, accepted, since_ms, begun_at_ms, actor, base)
                        VALUES (:stack, :number, :revision, :policy, :state, :detail, :wave, :accepted, :since, :begun, :actor, :base)
                        ON CONFLICT (stack, number) DO UPDATE SET revision = excluded.revision, state = excluded.state,
                          detail = excluded.detail, wave = excluded.wave, accepted = excluded.accepted, since_ms = excluded.since_ms,
                          base = excluded.base""")
                .bind("stack", rollout.stack().value())
                .bind("number", rollout.number())
                .bind("revision", rollout.revision())
                .bind("policy", JsonWriter.compact(rollout.policy().toJson()))
                .bind("state", rollout.state().name().toLowerCase(Locale.ROOT))
                .bind("detail", rollout.detail())
                .bind("wave", rollout.wave())
                .bind("accepted", rollout.accepted())
                .bind("since", rollout.since().toEpochMilli())
                .bind("begun", rollout.begun().toEpochMilli())
                .bind("actor", rollout.actor())
                .bind("base", rollout.base())
                .execute();
        for (String table : List.of("rollout", "rollout_target")) {
            handle.execute(
                    "DELETE FROM " + table + " WHERE stack = ? AND number <= ?",
                    rollout.stack().value(),
                    rollout.number() - KEPT_PER_STACK);
        }
    }

    public static List<RolloutTarget> targets(Handle handle, StackId stack, long number) {
        return handle.createQuery(
                        "SELECT * FROM rollout_target WHERE stack = :stack AND number = :number ORDER BY wave, agent")
                .bind("stack", stack.value())
                .bind("number", number)
                .map((row, context) -> target(row))
                .list();
    }

    public static void putTargets(Handle handle, Rollout rollout, Collection<RolloutTarget> targets) {
        if (targets.isEmpty()) {
            return;
        }
        try (var rows = handle.prepareBatch("""
                INSERT INTO rollout_target (stack, number, agent, wave, content, offered_at_ms, counts_from_ms, kept, returned)
                VALUES (:stack, :number, :agent, :wave, :content, :offered, :counts, :kept, :returned)
                ON CONFLICT (stack, number, agent) DO UPDATE SET wave = excluded.wave, offered_at_ms = excluded.offered_at_ms,
                  counts_from_ms = excluded.counts_from_ms, kept = excluded.kept, returned = excluded.returned""")) {
            for (RolloutTarget target : targets) {
                rows.bind("stack", rollout.stack().value())
                        .bind("number", rollout.number())
                        .bind("agent", target.agent().value())
                        .bind("wave", target.wave())
                        .bind("content", target.content().hex())
                        .bind(
                                "offered",
                                target.offered().map(Instant::toEpochMilli).orElse(0L))
                        .bind("counts", target.countsFrom().toEpochMilli())
                        .bind("kept", target.kept())
                        .bind("returned", target.returned())
                        .add();
            }
            rows.execute();
        }
    }

    /** It is no target of the stack any more. */
    public static void forget(Handle handle, Rollout rollout, AgentId agent) {
        handle.execute(
                "DELETE FROM rollout_target WHERE stack = ? AND number = ? AND agent = ?",
                rollout.stack().value(),
                rollout.number(),
                agent.value());
    }

    /** The stack is gone from the hub. */
    public static void forget(Handle handle, StackId stack) {
        handle.execute("DELETE FROM rollout WHERE stack = ?", stack.value());
        handle.execute("DELETE FROM rollout_target WHERE stack = ?", stack.value());
    }

    private static Rollout rollout(ResultSet row) throws SQLException {
        var policy =
                ResourceYaml.fromJson(JsonReader.object(row.getString("policy").getBytes(UTF_8)));
        return new Rollout(
                StackId.parse(row.getString("stack")),
                row.getLong("number"),
                row.getLong("revision"),
                (RolloutPolicy) policy,
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("detail"),
                row.getInt("wave"),
                row.getInt("accepted"),
                Instant.ofEpochMilli(row.getLong("since_ms")),
                Instant.ofEpochMilli(row.getLong("begun_at_ms")),
                row.getString("actor"),
                row.getLong("base"));
    }

    private static RolloutTarget target(ResultSet row) throws SQLException {
        long offered = row.getLong("offered_at_ms");
        return new RolloutTarget(
                AgentId.parse(row.getString("agent")),
                row.getInt("wave"),
                new Digest(row.getString("content")),
                offered == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(offered)),
                Instant.ofEpochMilli(row.getLong("counts_from_ms")),
                row.getBoolean("kept"),
                row.getBoolean("returned"));
    }
}
