package io.wherry.hub.access;

import io.wherry.hub.access.ApiKey.Times;
import io.wherry.hub.db.Database;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** The keys of the operators' API: table {@code api_key}. Of the secret only its SHA-256 is kept. */
public final class ApiKeys {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9._@-]{0,62})");

    private final Database db;
    private final InstantSource clock;
    private final SecureRandom random;

    public ApiKeys(Database db, InstantSource clock, SecureRandom random) {
        this.db = db;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Makes a key.
     *
     * @param createdBy the principal's name
     * @throws IllegalArgumentException if the name is not 1 to 63 letters, digits, {@code . _ @ -}, or the key would be expired at once
     */
    public NewKey create(Handle handle, String name, Role role, Optional<Instant> expires, String createdBy) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name: " + name + " (expected: 1 to 63 letters, digits, . _ @ -, first a letter or digit)");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (expires.filter(end -> !end.isAfter(now)).isPresent()) {
            throw new IllegalArgumentException(
                    "expires: " + expires.get() + " (expected: later than now, " + now + ")");
        }
        KeyText text = KeyText.random(random);
        int made = handle.execute(
                """
                INSERT INTO api_key (id, name, role, secret_hash, created_ms, created_by, expires_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING""",
                text.id(),
                name,
                role.word(),
                text.hash(),
                now.toEpochMilli(),
                createdBy,
                expires.map(Instant::toEpochMilli).orElse(null));
        return made == 0
                ? new NewKey.NameTaken(name)
                : new NewKey.Made(
                        new ApiKey(text.id(), name, role, createdBy, new Times(now, expires, Optional.empty())),
                        text.whole());
    }

    /** Ends the key at once. False if there is none of that name. */
    public boolean revoke(Handle handle, String name) {
        return handle.execute("DELETE FROM api_key WHERE name = ?", name) == 1;
    }

    /** Whether no key but that one has the role that makes others, now. */
    public boolean isLastAdministrator(Handle handle, String name) {
        return handle.createQuery(
                        "SELECT name FROM api_key WHERE role = :role AND (expires_ms IS NULL OR expires_ms > :now)")
                .bind("role", Role.ADMIN.word())
                .bind("now", clock.instant().toEpochMilli())
                .mapTo(String.class)
                .list()
                .equals(List.of(name));
    }

    public List<ApiKey> list() {
        return db.read(h -> h.createQuery("SELECT * FROM api_key ORDER BY name")
                .map((row, context) -> key(row))
                .list());
    }

    /** The key and the hash of its secret. */
    Optional<Map.Entry<ApiKey, byte[]>> find(String id) {
        return db.read(h -> h.createQuery("SELECT * FROM api_key WHERE id = ?")
                .bind(0, id)
                .map((row, context) -> Map.entry(key(row), row.getBytes("secret_hash")))
                .findOne());
    }

    /** Notes when keys were used last, in one batch; the latest time wins. */
    void used(Map<String, Instant> lastUsed) {
        db.run(h -> lastUsed.forEach((id, at) -> h.execute(
                "UPDATE api_key SET last_used_ms = max(coalesce(last_used_ms, 0), ?) WHERE id = ?",
                at.toEpochMilli(),
                id)));
    }

    private static ApiKey key(ResultSet row) throws SQLException {
        String word = row.getString("role");
        Role role = Role.find(word)
                .orElseThrow(() -> new IllegalStateException("role: " + word + " (expected: " + Role.words() + ")"));
        return new ApiKey(
                row.getString("id"),
                row.getString("name"),
                role,
                row.getString("created_by"),
                new Times(
                        Instant.ofEpochMilli(row.getLong("created_ms")),
                        time(row, "expires_ms"),
                        time(row, "last_used_ms")));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        long at = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(at));
    }
}
