package io.wherry.hub.rollout;

import io.wherry.contract.AgentId;
import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.hub.rollout.PlacedEntry.Place;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** What each agent should run: tables {@code entry} and {@code assignment_due}. */
public final class EntryRepository {
    private EntryRepository() {}

    /** Every entry of the agent, also what is gone. */
    public static List<PlacedEntry> ofAgent(Handle handle, AgentId agent) {
        return handle.createQuery("SELECT * FROM entry WHERE agent = :agent ORDER BY stack")
                .bind("agent", agent.value())
                .map((row, context) -> entry(row))
                .list();
    }

    /** Every agent's entry for the stack, also what is gone. */
    public static List<PlacedEntry> ofStack(Handle handle, StackId stack) {
        return handle.createQuery("SELECT * FROM entry WHERE stack = :stack ORDER BY agent")
                .bind("stack", stack.value())
                .map((row, context) -> entry(row))
                .list();
    }

    public static Optional<PlacedEntry> find(Handle handle, AgentId agent, StackId stack) {
        return handle.createQuery("SELECT * FROM entry WHERE agent = :agent AND stack = :stack")
                .bind("agent", agent.value())
                .bind("stack", stack.value())
                .map((row, context) -> entry(row))
                .findOne();
    }

    /** Writes the entries and notes, in the same transaction, that their agents' assignments are to be issued anew. */
    public static void put(Handle handle, Collection<PlacedEntry> entries, Instant at) {
        if (entries.isEmpty()) {
            return;
        }
        PreparedBatch rows = handle.prepareBatch("""
                INSERT INTO entry (agent, stack, name, state, generation, counter, release, bundle, size_bytes, variables,
                  sealed_secrets, sealed_logins, options, project, revision, detached, changed_at_ms)
                VALUES (:agent, :stack, :name, :state, :generation, :counter, :release, :bundle, :size, :variables,
                  :secrets, :logins, :options, :project, :revision, :detached, :at)
                ON CONFLICT (agent, stack) DO UPDATE SET name = excluded.name, state = excluded.state,
                  generation = excluded.generation, counter = excluded.counter, release = excluded.release,
                  bundle = excluded.bundle, size_bytes = excluded.size_bytes, variables = excluded.variables, sealed_secrets = excluded.sealed_secrets,
                  sealed_logins = excluded.sealed_logins,
                  options = excluded.options, project = excluded.project, revision = excluded.revision, detached = excluded.detached,
                  changed_at_ms = excluded.changed_at_ms""");
        PreparedBatch due =
                handle.prepareBatch("INSERT INTO assignment_due (agent) VALUES (:agent) ON CONFLICT DO NOTHING");
        for (PlacedEntry entry : entries) {
            rows.bind("agent", entry.agent().value())
                    .bind("stack", entry.stack().value())
                    .bind("name", entry.name())
                    .bind("state", entry.place().name().toLowerCase(Locale.ROOT))
                    .bind("generation", entry.generation())
                    .bind("counter", entry.counter())
                    .bind("release", entry.release().hex())
                    .bind("bundle", entry.bundle().map(b -> b.digest().hex()).orElse(null))
                    .bind("size", entry.bundle().map(BundleRef::sizeBytes).orElse(0L))
                    .bind("variables", MapColumn.write(entry.variables()))
                    .bind("secrets", SecretsColumn.write(entry.secrets()))
                    .bind("logins", SecretsColumn.write(entry.logins()))
                    .bind("options", OptionsColumn.write(entry.options()))
                    .bind("project", entry.options().project())
                    .bind("revision", entry.revision())
                    .bind("detached", entry.detached())
                    .bind("at", at.toEpochMilli())
                    .add();
            due.bind("agent", entry.agent().value()).add();
        }
        rows.execute();
        due.execute();
    }

    /** The name of another stack that is listed at the agent under this project. */
    public static Optional<String> projectOwner(Handle handle, AgentId agent, String project, StackId except) {
        return handle.createQuery("""
                        SELECT name FROM entry WHERE agent = :agent AND project = :project AND stack <> :except AND state <> 'gone'
                        LIMIT 1""")
                .bind("agent", agent.value())
                .bind("project", project)
                .bind("except", except.value())
                .mapTo(String.class)
                .findOne();
    }

    /** How much of the agent's assignment the secrets and logins of its other stacks take, in bytes. */
    public static long secretBytes(Handle handle, AgentId agent, StackId except) {
        return handle.createQuery("""
                        SELECT coalesce(sum(length(sealed_secrets) + length(sealed_logins)), 0) FROM entry
                        WHERE agent = :agent AND stack <> :except AND state <> 'gone'""")
                .bind("agent", agent.value())
                .bind("except", except.value())
                .mapTo(Long.class)
                .one();
    }

    /** How many stacks are listed at the agent. */
    public static int listed(Handle handle, AgentId agent) {
        return handle.createQuery("SELECT count(*) FROM entry WHERE agent = :agent AND state <> 'gone'")
                .bind("agent", agent.value())
                .mapTo(Integer.class)
                .one();
    }

    /** Agents with entries that are listed. */
    public static List<AgentId> agents(Handle handle) {
        return handle.createQuery("SELECT DISTINCT agent FROM entry WHERE state <> 'gone'")
                .map((row, context) -> AgentId.parse(row.getString("agent")))
                .list();
    }

    /** Of an agent that is held it stays noted. */
    static List<AgentId> due(Handle handle, int limit) {
        return handle.createQuery("""
                        SELECT agent FROM assignment_due WHERE agent NOT IN (SELECT agent FROM agent_held)
                        ORDER BY agent LIMIT :limit""")
                .bind("limit", limit)
                .map((row, context) -> AgentId.parse(row.getString("agent")))
                .list();
    }

    /** Its assignment is to be issued anew. */
    public static void markDue(Handle handle, AgentId agent) {
        handle.execute("INSERT INTO assignment_due (agent) VALUES (?) ON CONFLICT DO NOTHING", agent.value());
    }

    static void noLongerDue(Handle handle, AgentId agent) {
        handle.execute("DELETE FROM assignment_due WHERE agent = ?", agent.value());
    }

    private static PlacedEntry entry(ResultSet row) throws SQLException {
        String bundle = row.getString("bundle");
        long size = row.getLong("size_bytes");
        return new PlacedEntry(
                AgentId.parse(row.getString("agent")),
                StackId.parse(row.getString("stack")),
                row.getString("name"),
                Place.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getLong("generation"),
                row.getLong("counter"),
                new Digest(row.getString("release")),
                Optional.ofNullable(bundle).map(hex -> new BundleRef(new Digest(hex), size)),
                MapColumn.read(row.getString("variables")),
                SecretsColumn.read(row.getString("sealed_secrets")),
                SecretsColumn.read(row.getString("sealed_logins")),
                OptionsColumn.read(row.getString("options")),
                row.getLong("revision"),
                row.getBoolean("detached"));
    }
}
