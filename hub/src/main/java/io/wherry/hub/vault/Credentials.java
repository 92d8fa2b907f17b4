package io.wherry.hub.vault;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.db.Database;
import io.wherry.hub.vault.Credential.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * The write-only store of credentials: table {@code credential}.
 *
 * <p>A value is sealed together with name, version, type and host, so that somebody who can write to the database can neither swap values nor
 * have one sent elsewhere.
 */
public final class Credentials {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private final Database db;
    private final KeyEncryptionKey key;
    private final InstantSource clock;
    private final Map<String, Instant> lastUsed = new ConcurrentHashMap<>();

    public Credentials(Database db, KeyEncryptionKey key, InstantSource clock) {
        this.db = db;
        this.key = key;
        this.clock = clock;
    }

    /**
     * Stores a new credential. Empty if there is one of that name.
     *
     * @param host {@code HOST} or {@code HOST:PORT}
     * @throws IllegalArgumentException if name or host have not the right form
     */
    public Optional<Credential> create(
            Handle handle, String name, String host, CredentialValue value, Optional<Instant> expires) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name: " + name + " (expected: 1 to 63 of a-z, 0-9 and -, not first or last -)");
        }
        Instant now = now();
        Credential made = new Credential(
                name, value.type(), Hosts.normal(host), 1, new Times(now, now, expires, Optional.empty()));
        int rows = handle.execute(
                """
                INSERT INTO credential (name, type, host, version, sealed, created_ms, rotated_ms, expires_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING""",
                name,
                made.type(),
                made.host(),
                made.version(),
                key.seal(value.plaintext(), binding(made)),
                now.toEpochMilli(),
                now.toEpochMilli(),
                expires.map(Instant::toEpochMilli).orElse(null));
        return rows == 0 ? Optional.empty() : Optional.of(made);
    }

    /** Replaces the value; the old one is gone. Name and host stay. Empty if there is no such credential. */
    public Optional<Credential> rotate(Handle handle, String name, CredentialValue value, Optional<Instant> expires) {
        Instant now = now();
        return find(handle, name).map(before -> {
            Credential after = new Credential(
                    name,
                    value.type(),
                    before.host(),
                    before.version() + 1,
                    new Times(
                            before.times().created(),
                            now,
                            expires,
                            before.times().lastUsed()));
            handle.execute(
                    "UPDATE credential SET type = ?, version = ?, sealed = ?, rotated_ms = ?, expires_ms = ? WHERE name = ?",
                    after.type(),
                    after.version(),
                    key.seal(value.plaintext(), binding(after)),
                    now.toEpochMilli(),
                    expires.map(Instant::toEpochMilli).orElse(null),
                    name);
            return after;
        });
    }

    public boolean delete(Handle handle, String name) {
        return handle.execute("DELETE FROM credential WHERE name = ?", name) == 1;
    }

    public List<Credential> list() {
        return db.read(h -> h.createQuery("SELECT * FROM credential ORDER BY name")
                .map((row, context) -> credential(row))
                .list());
    }

    public Optional<Credential> find(String name) {
        return db.read(h -> find(h, name));
    }

    private static Optional<Credential> find(Handle handle, String name) {
        return handle.createQuery("SELECT * FROM credential WHERE name = ?")
                .bind(0, name)
                .map((row, context) -> credential(row))
                .findOne();
    }

    /**
     * The value, for a request to this host and no other.
     *
     * @param host where it will be sent, {@code HOST} or {@code HOST:PORT}
     * @throws VaultException if the stored value was changed outside of the hub
     */
    public Use use(String name, String host) {
        Optional<Map.Entry<Credential, byte[]>> found =
                db.read(h -> h.createQuery("SELECT * FROM credential WHERE name = ?")
                        .bind(0, name)
                        .map((row, context) -> Map.entry(credential(row), row.getBytes("sealed")))
                        .findOne());
        if (found.isEmpty()) {
            return new Use.Refused(
                    VaultReason.CREDENTIAL_NOT_FOUND,
                    "credential " + name + " does not exist (wherry credential create " + name + ")");
        }
        Credential credential = found.get().getKey();
        if (!credential.host().equals(Hosts.normal(host))) {
            return new Use.Refused(
                    VaultReason.CREDENTIAL_FOR_ANOTHER_HOST,
                    "credential " + name + " is for " + credential.host() + " and is not sent to " + host);
        }
        if (credential.expired(now())) {
            return new Use.Refused(
                    VaultReason.CREDENTIAL_EXPIRED,
                    "credential " + name + " has expired (wherry credential rotate " + name + ")");
        }
        lastUsed.put(name, now());
        byte[] sealed = found.get().getValue();
        return new Use.Granted(CredentialValue.read(credential.type(), key.open(sealed, binding(credential))));
    }

    /** Writes down when credentials were used last, in one batch. Called by a loop once a minute and at the end. */
    public void flushLastUsed() {
        Map<String, Instant> batch = new HashMap<>(lastUsed);
        if (!batch.isEmpty()) {
            db.run(h -> batch.forEach((name, at) -> h.execute(
                    "UPDATE credential SET last_used_ms = max(coalesce(last_used_ms, 0), ?) WHERE name = ?",
                    at.toEpochMilli(),
                    name)));
            batch.forEach(lastUsed::remove);
        }
    }

    private static byte[] binding(Credential credential) {
        return JsonWriter.canonical(Json.object()
                .put("name", credential.name())
                .put("version", credential.version())
                .put("type", credential.type())
                .put("host", credential.host())
                .build());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Credential credential(ResultSet row) throws SQLException {
        return new Credential(
                row.getString("name"),
                row.getString("type"),
                row.getString("host"),
                row.getLong("version"),
                new Times(
                        Instant.ofEpochMilli(row.getLong("created_ms")),
                        Instant.ofEpochMilli(row.getLong("rotated_ms")),
                        time(row, "expires_ms"),
                        time(row, "last_used_ms")));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        long at = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(at));
    }
}
