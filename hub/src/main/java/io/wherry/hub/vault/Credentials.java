package io.wherry.hub.vault;

import io.wherry.contract.RegistryLogin;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.db.Database;
import io.wherry.hub.vault.Credential.Times;
import io.wherry.hub.vault.Credential.Whom;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * The write-only store of credentials: table {@code credential}.
 *
 * <p>A value is sealed together with name, version, type, and whom it is for, so that somebody who can write to the database can neither swap values nor
 * have one sent elsewhere.
 */
public final class Credentials {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** As many as one reads on a screen; more share a secret too widely. */
    private static final int MAX_STACKS = 32;

    private static final SecureRandom RANDOM = new SecureRandom(); // for uids, which are shown

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
        Whom whom =
                switch (value) {
                    case CredentialValue.Token _, CredentialValue.Basic _ -> Whom.host(host);
                    case CredentialValue.SshKey _ -> Whom.sshHost(host);
                    case CredentialValue.Registry _, CredentialValue.Plain _, CredentialValue.Webhook _ ->
                        throw new IllegalArgumentException(
                                "type: " + value.type() + ", and for a host alone (expected: token, basic or sshKey)");
                };
        return create(handle, name, whom, value, expires);
    }

    /**
     * Stores a new secret for workloads. Empty if there is a credential of that name.
     *
     * @param stacks names of the stacks that it may be sealed for; whoever writes another stack's files does not get at it by naming it
     * @throws IllegalArgumentException if a name has not the right form, or no stack is named
     */
    public Optional<Credential> createSecret(
            Handle handle,
            String name,
            SortedSet<String> stacks,
            CredentialValue.Plain value,
            Optional<Instant> expires) {
        requireStacks(stacks);
        Whom whom = new Whom("", StackId.random(RANDOM).value(), stacks, size("", value));
        return create(handle, name, whom, value, expires);
    }

    /**
     * Stores a new login for a registry. Empty if there is a credential of that name.
     *
     * @param host   {@code HOST} or {@code HOST:PORT} of the registry, as it stands in names of images
     * @param stacks names of the stacks whose agents may have it, for their pulls
     * @throws IllegalArgumentException if a name or the host has not the right form, or no stack is named
     */
    public Optional<Credential> createLogin(
            Handle handle,
            String name,
            String host,
            SortedSet<String> stacks,
            CredentialValue.Registry value,
            Optional<Instant> expires) {
        requireStacks(stacks);
        String normal = Hosts.normal(host);
        Whom whom = new Whom(normal, StackId.random(RANDOM).value(), stacks, size(normal, value));
        return create(handle, name, whom, value, expires);
    }

    /**
     * Stores a new secret that a Git server shows when it calls. Empty if there is a credential of that name.
     *
     * @throws IllegalArgumentException if the name has not the right form
     */
    public Optional<Credential> createWebhook(
            Handle handle, String name, CredentialValue.Webhook value, Optional<Instant> expires) {
        return create(handle, name, Whom.NOBODY, value, expires);
    }

    private static void requireStacks(SortedSet<String> stacks) {
        if (stacks.isEmpty() || stacks.size() > MAX_STACKS) {
            throw new IllegalArgumentException("stacks: " + stacks.size() + " (expected: 1 to " + MAX_STACKS
                    + " names of stacks that may have it)");
        }
        stacks.forEach(stack -> requireName("stacks", stack));
    }

    /** Of what is sealed, in bytes. */
    private static int size(String host, CredentialValue value) {
        return switch (value) {
            case CredentialValue.Plain plain -> plain.bytes().length;
            case CredentialValue.Registry login -> login(host, login).toBytes().length;
            case CredentialValue.Token _,
                    CredentialValue.Basic _,
                    CredentialValue.SshKey _,
                    CredentialValue.Webhook _ -> 0;
        };
    }

    private static RegistryLogin login(String host, CredentialValue.Registry value) {
        return new RegistryLogin(host, value.username(), value.password());
    }

    private static void requireName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what + ": " + name + " (expected: 1 to 63 of a-z, 0-9 and -, not first or last -)");
        }
    }

    private Optional<Credential> create(
            Handle handle, String name, Whom whom, CredentialValue value, Optional<Instant> expires) {
        requireName("name", name);
        Instant now = now();
        Credential made = new Credential(name, value.type(), whom, 1, new Times(now, now, expires, Optional.empty()));
        int rows = handle.execute(
                """
                INSERT INTO credential (name, type, host, uid, stacks, size_bytes, version, sealed, created_ms, rotated_ms, expires_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING""",
                name,
                made.type(),
                made.host(),
                whom.uid(),
                String.join(",", whom.stacks()),
                whom.size(),
                made.version(),
                key.seal(value.plaintext(), binding(made)),
                now.toEpochMilli(),
                now.toEpochMilli(),
                expires.map(Instant::toEpochMilli).orElse(null));
        return rows == 0 ? Optional.empty() : Optional.of(made);
    }

    /** Replaces the value; the old one is gone. Name, and whom it is for, stay. Empty if there is no such credential. */
    public Optional<Credential> rotate(Handle handle, String name, CredentialValue value, Optional<Instant> expires) {
        Instant now = now();
        return find(handle, name).map(before -> {
            Credential after = new Credential(
                    name,
                    value.type(),
                    before.whom().withSize(size(before.host(), value)),
                    before.version() + 1,
                    new Times(
                            before.times().created(),
                            now,
                            expires,
                            before.times().lastUsed()));
            handle.execute(
                    "UPDATE credential SET type = ?, version = ?, size_bytes = ?, sealed = ?, rotated_ms = ?, expires_ms = ? WHERE name = ?",
                    after.type(),
                    after.version(),
                    after.whom().size(),
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
        Use use = use(name, credential -> {
            if (credential.host().isEmpty()) {
                return Optional.of(
                        "credential " + name + " is of type " + credential.type() + " and is sent to no host");
            }
            return credential.isFor(host)
                    ? Optional.empty()
                    : Optional.of(
                            "credential " + name + " is for " + credential.host() + " and is not sent to " + host);
        });
        if (use instanceof Use.Granted) {
            used(name);
        }
        return use;
    }

    /**
     * The secret that a Git server shows when it calls, to be compared and dropped. Looking is no use of it: anybody may call. Whoever shows it
     * has {@link #used} it.
     *
     * @throws VaultException if the stored value was changed outside of the hub
     */
    public Use webhook(String name) {
        return use(
                name,
                credential -> credential.type().equals(CredentialValue.Webhook.TYPE)
                        ? Optional.empty()
                        : Optional.of(
                                "credential " + name + " is of type " + credential.type() + " (expected: webhook)"));
    }

    /** Notes that it served just now. */
    public void used(String name) {
        lastUsed.put(name, now());
    }

    /** @param objection why it is not for this use; empty if it is */
    private Use use(String name, Function<Credential, Optional<String>> objection) {
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
        Optional<String> objected = objection.apply(credential);
        if (objected.isPresent()) {
            return new Use.Refused(VaultReason.CREDENTIAL_FOR_ANOTHER_HOST, objected.get());
        }
        if (credential.expired(now())) {
            return new Use.Refused(
                    VaultReason.CREDENTIAL_EXPIRED,
                    "credential " + name + " has expired (wherry credential rotate " + name + ")");
        }
        byte[] sealed = found.get().getValue();
        return new Use.Granted(CredentialValue.read(credential.type(), key.open(sealed, binding(credential))));
    }

    /**
     * A secret's value, to be sealed and dropped. Empty if there is no such secret, or not any more in this form.
     *
     * @throws VaultException if the stored value was changed outside of the hub
     */
    public Optional<CredentialValue.Plain> secret(Handle handle, String name, String uid, long version) {
        return sealable(handle, name, uid, version)
                .flatMap(found -> found.getValue() instanceof CredentialValue.Plain plain
                        ? Optional.of(plain)
                        : Optional.empty());
    }

    /** A login for a registry, to be sealed and dropped. Likewise. */
    public Optional<RegistryLogin> login(Handle handle, String name, String uid, long version) {
        return sealable(handle, name, uid, version)
                .flatMap(found -> found.getValue() instanceof CredentialValue.Registry login
                        ? Optional.of(login(found.getKey().host(), login))
                        : Optional.empty());
    }

    private Optional<Map.Entry<Credential, CredentialValue>> sealable(
            Handle handle, String name, String uid, long version) {
        return handle.createQuery("SELECT * FROM credential WHERE name = ? AND uid = ? AND version = ?")
                .bind(0, name)
                .bind(1, uid)
                .bind(2, version)
                .map((row, context) -> Map.entry(credential(row), row.getBytes("sealed")))
                .findOne()
                .filter(found -> found.getKey().whom().sealed())
                .map(found -> {
                    used(name);
                    Credential credential = found.getKey();
                    return Map.entry(
                            credential,
                            CredentialValue.read(credential.type(), key.open(found.getValue(), binding(credential))));
                });
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
        Json.Builder binding = Json.object()
                .put("name", credential.name())
                .put("version", credential.version())
                .put("type", credential.type())
                .put("host", credential.host());
        if (credential.whom().sealed()) {
            binding.put("uid", credential.whom().uid())
                    .put("stacks", Json.Arr.ofStrings(credential.whom().stacks()));
        }
        return JsonWriter.canonical(binding.build());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Credential credential(ResultSet row) throws SQLException {
        return new Credential(
                row.getString("name"),
                row.getString("type"),
                new Whom(
                        row.getString("host"),
                        row.getString("uid"),
                        stacks(row.getString("stacks")),
                        row.getInt("size_bytes")),
                row.getLong("version"),
                new Times(
                        Instant.ofEpochMilli(row.getLong("created_ms")),
                        Instant.ofEpochMilli(row.getLong("rotated_ms")),
                        time(row, "expires_ms"),
                        time(row, "last_used_ms")));
    }

    private static SortedSet<String> stacks(String column) {
        return column.isEmpty() ? new TreeSet<>() : new TreeSet<>(List.of(column.split(",")));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        long at = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(at));
    }
}
