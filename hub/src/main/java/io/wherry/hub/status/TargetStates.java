package io.wherry.hub.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryState;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.fleet.AgentIds;
import io.wherry.hub.status.TargetState.Place;
import io.wherry.hub.status.TargetState.Wanted;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Wanted and reported state per agent and stack: table {@code target_state}. The rollout writes one half, the report intake the other. */
public final class TargetStates {
    private TargetStates() {}

    /** Notes what is wanted now; the last report stays. */
    public static void want(Handle handle, AgentId agent, StackId stack, String stackName, Wanted wanted) {
        handle.createUpdate("""
                        INSERT INTO target_state (agent, stack, stack_name, wanted_state, wanted_generation, wanted_bundle,
                          wanted_revision, wanted_at_ms, detached, pinned, unpinned_images, report, reported_at_ms)
                        VALUES (:agent, :stack, :name, :place, :generation, :bundle, :revision, :at, :detached, :pinned, :images, '', 0)
                        ON CONFLICT (agent, stack) DO UPDATE SET stack_name = excluded.stack_name,
                          wanted_state = excluded.wanted_state, wanted_generation = excluded.wanted_generation,
                          wanted_bundle = excluded.wanted_bundle, wanted_revision = excluded.wanted_revision,
                          wanted_at_ms = CASE WHEN wanted_generation = excluded.wanted_generation THEN wanted_at_ms
                            ELSE excluded.wanted_at_ms END,
                          detached = excluded.detached, pinned = excluded.pinned, unpinned_images = excluded.unpinned_images""")
                .bind("agent", agent.value())
                .bind("stack", stack.value())
                .bind("name", stackName)
                .bind("place", wanted.place().name().toLowerCase(Locale.ROOT))
                .bind("generation", wanted.generation())
                .bind("bundle", wanted.bundle().map(Digest::hex).orElse(""))
                .bind("revision", wanted.revision())
                .bind("at", wanted.at().toEpochMilli())
                .bind("detached", wanted.detached())
                .bind("pinned", wanted.pinned())
                .bind("images", JsonWriter.compact(Json.Arr.ofStrings(wanted.unpinnedImages())))
                .execute();
    }

    /** Notes what the agent reported. Nothing happens for a stack that was never wanted there or is forgotten. */
    static void report(Handle handle, AgentId agent, EntryState state, Instant receivedAt) {
        handle.createUpdate("""
                        UPDATE target_state SET report = :report, reported_at_ms = :at WHERE agent = :agent AND stack = :stack""")
                .bind("report", JsonWriter.compact(state.toJson()))
                .bind("at", receivedAt.toEpochMilli())
                .bind("agent", agent.value())
                .bind("stack", state.stack().value())
                .execute();
    }

    /** The stack is gone from the agent, and that is confirmed. */
    public static void forget(Handle handle, AgentId agent, StackId stack) {
        handle.execute("DELETE FROM target_state WHERE agent = ? AND stack = ?", agent.value(), stack.value());
    }

    public static Optional<TargetState> find(Handle handle, AgentId agent, StackId stack) {
        return handle.createQuery("SELECT * FROM target_state WHERE agent = :agent AND stack = :stack")
                .bind("agent", agent.value())
                .bind("stack", stack.value())
                .map((row, context) -> state(row))
                .findOne();
    }

    public static List<TargetState> ofStack(Handle handle, StackId stack) {
        return handle.createQuery("SELECT * FROM target_state WHERE stack = :stack ORDER BY agent")
                .bind("stack", stack.value())
                .map((row, context) -> state(row))
                .list();
    }

    public static List<TargetState> ofAgent(Handle handle, AgentId agent) {
        return ofAgents(handle, List.of(agent));
    }

    static List<TargetState> ofAgents(Handle handle, Collection<AgentId> agents) {
        return handle.createQuery("""
                        SELECT * FROM target_state WHERE agent IN (SELECT value FROM json_each(:agents))
                        ORDER BY stack_name, stack""")
                .bind("agents", AgentIds.parameter(agents))
                .map((row, context) -> state(row))
                .list();
    }

    public static List<TargetState> list(Handle handle) {
        return handle.createQuery("SELECT * FROM target_state ORDER BY stack_name, stack, agent")
                .map((row, context) -> state(row))
                .list();
    }

    private static TargetState state(ResultSet row) throws SQLException {
        String bundle = row.getString("wanted_bundle");
        String report = row.getString("report");
        Json images = JsonReader.document(row.getString("unpinned_images").getBytes(UTF_8));
        return new TargetState(
                AgentId.parse(row.getString("agent")),
                StackId.parse(row.getString("stack")),
                row.getString("stack_name"),
                new Wanted(
                        Place.valueOf(row.getString("wanted_state").toUpperCase(Locale.ROOT)),
                        row.getLong("wanted_generation"),
                        bundle.isEmpty() ? Optional.empty() : Optional.of(new Digest(bundle)),
                        row.getLong("wanted_revision"),
                        Instant.ofEpochMilli(row.getLong("wanted_at_ms")),
                        row.getBoolean("detached"),
                        row.getBoolean("pinned"),
                        Json.object().put("v", images).build().strings("v")),
                report.isEmpty()
                        ? Optional.empty()
                        : Optional.of(EntryState.parse(JsonReader.object(report.getBytes(UTF_8)))),
                Instant.ofEpochMilli(row.getLong("reported_at_ms")));
    }
}
