package io.wherry.hub.fleet;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.db.Database;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * The agents: table {@code agent}, and the same in memory, so that no poll asks the database. Times are milliseconds since the epoch, UTC.
 *
 * <p>Whoever changes a row calls {@link #changed} after its transaction committed: the row is read back and the listeners are told.
 */
public final class AgentRepository {
    private final Database database;
    private final ConcurrentMap<AgentId, AgentRecord> agents = new ConcurrentHashMap<>();

    /** Who bears each name now: those that are served, and those that wait. */
    private final ConcurrentMap<String, AgentId> names = new ConcurrentHashMap<>();

    private final List<Consumer<AgentId>> listeners = new CopyOnWriteArrayList<>();

    /** Reads all agents into memory: about 2 kB each. */
    public AgentRepository(Database database) {
        this.database = database;
        database.read(handle -> handle.createQuery("SELECT * FROM agent")
                        .map((row, context) -> agent(row))
                        .list())
                .forEach(agent -> {
                    agents.put(agent.id(), agent);
                    noteName(agent);
                });
    }

    public Optional<AgentRecord> find(AgentId id) {
        return Optional.ofNullable(agents.get(id));
    }

    /** The agent in service, or waiting, under this name. */
    public Optional<AgentRecord> findByName(String name) {
        return Optional.ofNullable(names.get(name)).flatMap(this::find);
    }

    /** All that ever asked to join, by name. */
    public List<AgentRecord> list() {
        return agents.values().stream()
                .sorted(Comparator.comparing(AgentRecord::name)
                        .thenComparing(agent -> agent.id().value()))
                .toList();
    }

    /** Those that may be given work, by name. */
    public List<AgentRecord> served() {
        return list().stream().filter(AgentRecord::served).toList();
    }

    /** Calls the listener after each change of an agent (joined, approved, renamed, retired, new facts); from any thread. */
    public void onChange(Consumer<AgentId> listener) {
        listeners.add(listener);
    }

    /**
     * Notes what an agent says of itself. Writes only what differs from what is known.
     *
     * @param digest the agent's own name for these facts; compared, never computed here
     */
    public void noteFacts(AgentId id, AgentFacts facts, String digest) {
        AgentRecord known = agents.get(id);
        if (known == null
                || (known.factsDigest().equals(digest) && known.facts().sameAs(facts))) {
            return;
        }
        database.run(handle -> handle.execute(
                "UPDATE agent SET facts = ?, facts_digest = ? WHERE id = ?",
                JsonWriter.compact(facts.toJson()),
                digest,
                id.value()));
        changed(id);
    }

    /**
     * Notes when agents were last heard, in one transaction. Calls may arrive out of order; the latest time wins.
     *
     * @param starts the number of its start that each polled with; the highest wins
     * @param modes  how those that polled run; of the others what is known stays
     */
    void heard(Map<AgentId, Instant> lastHeard, Map<AgentId, Long> starts, Map<AgentId, String> modes) {
        database.run(handle -> {
            try (var batch = handle.prepareBatch("""
                    UPDATE agent SET last_heard_ms = max(last_heard_ms, ?), incarnation = max(incarnation, ?),
                      poll_mode = coalesce(?, poll_mode) WHERE id = ?""")) {
                lastHeard.forEach((id, at) ->
                        batch.add(at.toEpochMilli(), starts.getOrDefault(id, 0L), modes.get(id), id.value()));
                batch.execute();
            }
        });
    }

    /** The highest number of a start that each agent polled with, as far as it was written. */
    Map<AgentId, Long> incarnations() {
        return database.read(handle -> {
            Map<AgentId, Long> incarnations = new HashMap<>();
            handle.createQuery("SELECT id, incarnation FROM agent WHERE incarnation > 0")
                    .map((row, context) -> Map.entry(AgentId.parse(row.getString("id")), row.getLong("incarnation")))
                    .forEach(entry -> incarnations.put(entry.getKey(), entry.getValue()));
            return incarnations;
        });
    }

    void forgetIncarnation(Handle handle, AgentId id) {
        handle.execute("UPDATE agent SET incarnation = 0 WHERE id = ?", id.value());
    }

    /** When a person last looked at the agent and let it go on; empty: never. */
    public Optional<Instant> reviewed(AgentId id) {
        return database.read(
                handle -> handle.createQuery("SELECT reviewed_ms FROM agent WHERE id = ? AND reviewed_ms > 0")
                        .bind(0, id.value())
                        .map((row, context) -> Instant.ofEpochMilli(row.getLong("reviewed_ms")))
                        .findOne());
    }

    /** When each agent was last heard, as far as it was written. Agents never heard are left out. */
    Map<AgentId, Instant> lastHeard() {
        return database.read(handle -> {
            Map<AgentId, Instant> heard = new HashMap<>();
            handle.createQuery("SELECT id, last_heard_ms FROM agent WHERE last_heard_ms > 0")
                    .map((row, context) -> Map.entry(
                            AgentId.parse(row.getString("id")), Instant.ofEpochMilli(row.getLong("last_heard_ms"))))
                    .forEach(entry -> heard.put(entry.getKey(), entry.getValue()));
            return heard;
        });
    }

    /** How each agent runs by its newest poll, as far as it was written: {@code timer}, {@code interval} or {@code held}. */
    Map<AgentId, String> modes() {
        return database.read(handle -> {
            Map<AgentId, String> modes = new HashMap<>();
            handle.createQuery("SELECT id, poll_mode FROM agent WHERE poll_mode <> ''")
                    .map((row, context) -> Map.entry(AgentId.parse(row.getString("id")), row.getString("poll_mode")))
                    .forEach(entry -> modes.put(entry.getKey(), entry.getValue()));
            return modes;
        });
    }

    /** Reads the row back after a commit and tells the listeners. Never inside of a transaction. */
    void changed(AgentId id) {
        agents.compute(id, (key, old) -> {
            AgentRecord now = database.read(handle -> find(handle, id)).orElse(old);
            if (old != null) { // unless the name is another's by now: the database gives it to one at a time
                names.remove(old.name(), id);
            }
            if (now != null) {
                noteName(now);
            }
            return now;
        });
        listeners.forEach(listener -> listener.accept(id));
    }

    private void noteName(AgentRecord agent) {
        if (agent.named()) {
            names.put(agent.name(), agent.id());
        }
    }

    void insert(Handle handle, AgentRecord agent) {
        handle.createUpdate("""
                        INSERT INTO agent (id, name, state, key_hash, key_spki, sealing_key, environment, token_id,
                          fingerprint, facts, facts_digest, created_ms, last_heard_ms)
                        VALUES (:id, :name, :state, :key_hash, :key, :sealing_key, :environment, :token_id,
                          :fingerprint, :facts, :facts_digest, :created_ms, 0)""")
                .bind("id", agent.id().value())
                .bind("name", agent.name())
                .bind("state", agent.state().text())
                .bind("key_hash", agent.keyHash().hex())
                .bind("key", agent.key())
                .bind("sealing_key", agent.sealingKey())
                .bind("environment", agent.environment())
                .bind("token_id", agent.tokenId())
                .bind("fingerprint", agent.fingerprint())
                .bind("facts", JsonWriter.compact(agent.facts().toJson()))
                .bind("facts_digest", agent.factsDigest())
                .bind("created_ms", agent.created().toEpochMilli())
                .execute();
    }

    void setState(Handle handle, AgentId id, AgentState state) {
        handle.execute("UPDATE agent SET state = ? WHERE id = ?", state.text(), id.value());
    }

    void setName(Handle handle, AgentId id, String name) {
        handle.execute("UPDATE agent SET name = ? WHERE id = ?", name, id.value());
    }

    void setCertificate(Handle handle, AgentId id, byte[] der, Instant expires) {
        handle.execute(
                "UPDATE agent SET certificate = ?, certificate_expires_ms = ? WHERE id = ?",
                der,
                expires.toEpochMilli(),
                id.value());
    }

    /** The newest certificate issued to it, in DER. */
    Optional<byte[]> certificate(Handle handle, AgentId id) {
        return handle.createQuery("SELECT certificate FROM agent WHERE id = ? AND certificate IS NOT NULL")
                .bind(0, id.value())
                .map((row, context) -> row.getBytes(1))
                .findOne();
    }

    Optional<AgentRecord> find(Handle handle, AgentId id) {
        return handle.createQuery("SELECT * FROM agent WHERE id = ?")
                .bind(0, id.value())
                .map((row, context) -> agent(row))
                .findOne();
    }

    Optional<AgentRecord> findByKey(Handle handle, Digest keyHash) {
        return handle.createQuery("SELECT * FROM agent WHERE key_hash = ?")
                .bind(0, keyHash.hex())
                .map((row, context) -> agent(row))
                .findOne();
    }

    boolean nameTaken(Handle handle, String name) {
        return handle.createQuery(
                                "SELECT count(*) FROM agent WHERE name = ? AND state IN ('pending', 'enrolled', 'retiring')")
                        .bind(0, name)
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    private static AgentRecord agent(ResultSet row) throws SQLException {
        long expires = row.getLong("certificate_expires_ms");
        return new AgentRecord(
                AgentId.parse(row.getString("id")),
                row.getString("name"),
                AgentState.parse(row.getString("state")),
                new Digest(row.getString("key_hash")),
                row.getBytes("key_spki"),
                row.getBytes("sealing_key"),
                row.getString("environment"),
                row.getString("token_id"),
                row.getString("fingerprint"),
                expires == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(expires)),
                AgentFacts.parse(JsonReader.object(row.getString("facts").getBytes(StandardCharsets.UTF_8))),
                row.getString("facts_digest"),
                Instant.ofEpochMilli(row.getLong("created_ms")));
    }
}
