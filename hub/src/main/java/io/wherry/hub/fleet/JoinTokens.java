package io.wherry.hub.fleet;

import io.wherry.contract.Digest;
import io.wherry.contract.JoinToken;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.db.Database;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * Join tokens: table {@code join_token}. Single use: the first key that presents one owns it for ever.
 *
 * <p>Only the SHA-256 of the secret is stored: it has 256 random bits, so nothing slower is needed, and nobody who reads the database can join.
 */
public final class JoinTokens {
    private static final int SECRET_BYTES = 32;

    /** Enough that ids of one hub never meet; it is shown, not secret. */
    private static final int ID_BITS = 60;

    private final Database database;
    private final FleetAudit audit;
    private final JoinPoint joinPoint;
    private final InstantSource clock;
    private final SecureRandom random;

    public JoinTokens(FleetStore store, JoinPoint joinPoint, InstantSource clock, SecureRandom random) {
        this.database = store.database();
        this.audit = store.fleetAudit(clock);
        this.joinPoint = joinPoint;
        this.clock = clock;
        this.random = random;
    }

    /** Makes a token. The answer is the only time its secret is seen. */
    public JoinToken create(JoinTokenSpec spec, Who who) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String id = "jt-" + Long.toString(random.nextLong(1L << ID_BITS), Character.MAX_RADIX);
        Instant now = clock.instant();
        JoinTokenRecord row = new JoinTokenRecord(
                id,
                spec.labels(),
                spec.environment(),
                spec.approval(),
                who.actor(),
                now,
                now.plus(spec.ttl()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        database.run(handle -> {
            insert(handle, row, Digest.of(secret));
            audit.tokenCreated(handle, who, row);
        });
        return new JoinToken(id, secret, joinPoint.hubs(), joinPoint.caPin(), joinPoint.trustDomain());
    }

    /** All tokens, newest first; never a secret. */
    public List<JoinTokenRecord> list() {
        return database.read(handle -> handle.createQuery("SELECT * FROM join_token ORDER BY created_ms DESC, id")
                .map((row, context) -> token(row))
                .list());
    }

    public Optional<JoinTokenRecord> find(String id) {
        return database.read(handle -> find(handle, id));
    }

    /**
     * Takes a token back: nobody joins with it any more. An agent that already did stays.
     *
     * @return whether there is such a token
     */
    public boolean revoke(String id, Who who) {
        return database.write(handle -> {
            Optional<JoinTokenRecord> found = find(handle, id);
            if (found.isPresent() && found.get().revoked().isEmpty()) {
                handle.execute("UPDATE join_token SET revoked_ms = ? WHERE id = ?", clock.millis(), id);
                audit.tokenRevoked(handle, who, found.get());
            }
            return found.isPresent();
        });
    }

    /** What presenting a secret leads to. */
    sealed interface Claim {
        /** The token belongs to this key; whether from now on or since earlier tells {@code first}. */
        record Owned(JoinTokenRecord token, boolean first) implements Claim {}

        record Refused(EnrolReason reason) implements Claim {}
    }

    /**
     * Presents a secret for a key, in the caller's transaction. The writer is alone, so of a hundred at once exactly one is first.
     *
     * @param keyHash the presenting key's id
     */
    Claim claim(Handle handle, byte[] secret, Digest keyHash) {
        Optional<JoinTokenRecord> found = handle.createQuery("SELECT * FROM join_token WHERE secret_hash = ?")
                .bind(0, Digest.of(secret).hex())
                .map((row, context) -> token(row))
                .findOne();
        if (found.isEmpty()) {
            return new Claim.Refused(EnrolReason.TOKEN_UNKNOWN);
        }
        JoinTokenRecord token = found.get();
        if (token.owner().isPresent()) {
            return token.owner().get().equals(keyHash)
                    ? new Claim.Owned(token, false)
                    : new Claim.Refused(EnrolReason.TOKEN_USED);
        }
        if (token.revoked().isPresent()) {
            return new Claim.Refused(EnrolReason.TOKEN_REVOKED);
        }
        if (!clock.instant().isBefore(token.expires())) {
            return new Claim.Refused(EnrolReason.TOKEN_EXPIRED);
        }
        return new Claim.Owned(token, true);
    }

    /** Binds the token to the key that presented it first. */
    void own(Handle handle, JoinTokenRecord token, Digest keyHash) {
        handle.execute(
                "UPDATE join_token SET owner_key = ?, used_ms = ? WHERE id = ? AND owner_key IS NULL",
                keyHash.hex(),
                clock.millis(),
                token.id());
    }

    private static void insert(Handle handle, JoinTokenRecord token, Digest secretHash) {
        handle.execute(
                """
                INSERT INTO join_token (id, secret_hash, labels, environment, approval, created_by, created_ms, expires_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                token.id(),
                secretHash.hex(),
                JsonWriter.compact(Json.object().put("labels", token.labels()).build()),
                token.environment(),
                token.approval() ? 1 : 0,
                token.createdBy(),
                token.created().toEpochMilli(),
                token.expires().toEpochMilli());
    }

    private static Optional<JoinTokenRecord> find(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM join_token WHERE id = ?")
                .bind(0, id)
                .map((row, context) -> token(row))
                .findOne();
    }

    private static JoinTokenRecord token(ResultSet row) throws SQLException {
        return new JoinTokenRecord(
                row.getString("id"),
                new TreeMap<>(JsonReader.object(row.getString("labels").getBytes(StandardCharsets.UTF_8))
                        .stringMap("labels")),
                row.getString("environment"),
                row.getInt("approval") != 0,
                row.getString("created_by"),
                Instant.ofEpochMilli(row.getLong("created_ms")),
                Instant.ofEpochMilli(row.getLong("expires_ms")),
                time(row, "revoked_ms"),
                Optional.ofNullable(row.getString("owner_key")).map(Digest::new),
                time(row, "used_ms"));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
