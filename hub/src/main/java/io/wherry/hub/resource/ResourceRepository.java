package io.wherry.hub.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.db.Database;
import io.wherry.hub.resource.Stored.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * The declared resources: table {@code resource}. Times are milliseconds since the epoch, UTC.
 *
 * <p>Methods with a {@link Handle} take part in the caller's transaction, so that a change and its audit record are one.
 */
public final class ResourceRepository {
    private static final String COLUMNS =
            "uid, kind, name, document, resource_version, generation, set_name, created_ms, updated_ms, deleting_ms";

    private final Database db;
    private final InstantSource clock;
    private final Supplier<String> uids;

    /** @param uids a new random name for each resource: 26 characters of a {@code StackId} */
    public ResourceRepository(Database db, InstantSource clock, Supplier<String> uids) {
        this.db = db;
        this.clock = clock;
        this.uids = uids;
    }

    public <R extends Resource> Optional<Stored<R>> find(Class<R> type, String name) {
        return db.read(h -> find(h, type, name));
    }

    public <R extends Resource> Optional<Stored<R>> find(Handle handle, Class<R> type, String name) {
        return find(handle, Kinds.of(type), name).map(stored -> stored.as(type));
    }

    public Optional<Stored<Resource>> find(Handle handle, ResourceKind kind, String name) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM resource WHERE kind = ? AND name = ?")
                .bind(0, kind.word())
                .bind(1, name)
                .map((row, context) -> stored(row))
                .findOne();
    }

    public Optional<Stored<Resource>> findByUid(Handle handle, String uid) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM resource WHERE uid = ?")
                .bind(0, uid)
                .map((row, context) -> stored(row))
                .findOne();
    }

    /** All of a kind, by name; those being deleted too. */
    public <R extends Resource> List<Stored<R>> all(Class<R> type) {
        return db.read(h -> all(h, type));
    }

    public <R extends Resource> List<Stored<R>> all(Handle handle, Class<R> type) {
        return all(handle, Kinds.of(type)).stream()
                .map(stored -> stored.as(type))
                .toList();
    }

    private static List<Stored<Resource>> all(Handle handle, ResourceKind kind) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM resource WHERE kind = ? ORDER BY name")
                .bind(0, kind.word())
                .map((row, context) -> stored(row))
                .list();
    }

    /**
     * A part of the list of a kind.
     *
     * @param limit 1 to {@link Page#MAX_LIMIT}
     * @param from  the {@code next} of the part before
     * @throws IllegalArgumentException if {@code from} is not one of ours
     */
    public Page<Stored<Resource>> list(ResourceKind kind, Selector selector, int limit, Optional<String> from) {
        if (limit < 1 || limit > Page.MAX_LIMIT) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to " + Page.MAX_LIMIT + ")");
        }
        String after = from.map(ResourceRepository::decode).orElse("");
        return db.read(h -> {
            List<Stored<Resource>> items = new ArrayList<>();
            try (var rows = h
                    .createQuery("SELECT " + COLUMNS + " FROM resource WHERE kind = ? AND name > ? ORDER BY name")
                    .bind(0, kind.word())
                    .bind(1, after)
                    .map((row, context) -> stored(row))
                    .stream()) {
                rows.filter(stored -> selector.matches(stored.resource()))
                        .limit(limit + 1L)
                        .forEach(items::add);
            }
            boolean more = items.size() > limit;
            List<Stored<Resource>> part = more ? items.subList(0, limit) : items;
            return new Page<>(part, more ? Optional.of(encode(part.getLast().name())) : Optional.empty());
        });
    }

    /** What was last applied with this set, in the order in which it may be deleted: stacks before what they need. */
    public List<Stored<Resource>> inSet(Handle handle, String set) {
        return handle.createQuery("SELECT " + COLUMNS + """
                         FROM resource WHERE set_name = ?
                        ORDER BY CASE kind WHEN 'Stack' THEN 0 WHEN 'Group' THEN 1 ELSE 2 END, name""")
                .bind(0, set)
                .map((row, context) -> stored(row))
                .list();
    }

    /**
     * Stores the resource, if it differs from what is there.
     *
     * @param ifVersion the version the caller saw; another one is a conflict
     * @param set       the set it is applied with; without one the set stays what it was
     */
    public Put put(Handle handle, Resource resource, Optional<Long> ifVersion, Optional<String> set) {
        Optional<Stored<Resource>> before = find(handle, resource.kind(), resource.name());
        Optional<Put> conflict = conflict(resource, before, ifVersion);
        if (conflict.isPresent()) {
            return conflict.get();
        }
        Optional<String> cycle = resource instanceof Stack stack
                        && !stack.apply().dependsOn().isEmpty()
                ? Dependencies.cycle(
                        stack,
                        all(handle, Stack.class).stream().map(Stored::resource).toList())
                : Optional.empty();
        if (cycle.isPresent()) {
            return new Put.Refused(ResourceReason.DEPENDENCY_CYCLE, cycle.get());
        }
        if (before.isEmpty()) {
            return new Put.Created(insert(handle, resource, set));
        }
        if (before.get().resource().equals(resource)) {
            return new Put.Unchanged(adopt(handle, before.get(), set));
        }
        return new Put.Changed(before.get(), update(handle, before.get(), resource, set));
    }

    private static Optional<Put> conflict(
            Resource resource, Optional<Stored<Resource>> before, Optional<Long> ifVersion) {
        String what = resource.kind().word() + " " + resource.name();
        if (ifVersion.isPresent() && !before.map(Stored::resourceVersion).equals(ifVersion)) {
            return Optional.of(new Put.Conflict(
                    ResourceReason.CHANGED_MEANWHILE,
                    what + " was changed meanwhile (get it again, repeat the change)"));
        }
        return before.flatMap(Stored::deleting)
                .map(since -> new Put.Conflict(
                        ResourceReason.BEING_DELETED,
                        what + " is being deleted since " + since
                                + " (wait until every site has confirmed, or use another name)"));
    }

    private Stored<Resource> insert(Handle handle, Resource resource, Optional<String> set) {
        Instant now = now();
        Stored<Resource> made =
                new Stored<>(resource, uids.get(), nextVersion(handle), 1, set, new Times(now, now, Optional.empty()));
        handle.execute(
                "INSERT INTO resource (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                made.uid(),
                resource.kind().word(),
                resource.name(),
                document(resource),
                made.resourceVersion(),
                made.generation(),
                set.orElse(null),
                now.toEpochMilli(),
                now.toEpochMilli());
        return made;
    }

    private Stored<Resource> update(Handle handle, Stored<Resource> before, Resource resource, Optional<String> set) {
        boolean sameSpec = before.resource().spec().equals(resource.spec());
        Stored<Resource> now = new Stored<>(
                resource,
                before.uid(),
                nextVersion(handle),
                sameSpec ? before.generation() : before.generation() + 1,
                set.or(before::set),
                new Times(before.times().created(), now(), Optional.empty()));
        handle.execute(
                "UPDATE resource SET document = ?, resource_version = ?, generation = ?, set_name = ?, updated_ms = ? WHERE uid = ?",
                document(resource),
                now.resourceVersion(),
                now.generation(),
                now.set().orElse(null),
                now.times().updated().toEpochMilli(),
                now.uid());
        return now;
    }

    /** An unchanged resource applied with a set belongs to it from now on; that is no new version. */
    private static Stored<Resource> adopt(Handle handle, Stored<Resource> stored, Optional<String> set) {
        if (set.isEmpty() || set.equals(stored.set())) {
            return stored;
        }
        handle.execute("UPDATE resource SET set_name = ? WHERE uid = ?", set.get(), stored.uid());
        return new Stored<>(
                stored.resource(), stored.uid(), stored.resourceVersion(), stored.generation(), set, stored.times());
    }

    /** Notes that it shall go; it stays, and cannot be changed, until {@link #delete}. Empty if there is none. */
    public Optional<Stored<Resource>> beginDelete(Handle handle, ResourceKind kind, String name) {
        handle.execute(
                "UPDATE resource SET deleting_ms = ?, resource_version = ? WHERE kind = ? AND name = ? AND deleting_ms IS NULL",
                now().toEpochMilli(),
                nextVersion(handle),
                kind.word(),
                name);
        return find(handle, kind, name);
    }

    /** Removes it. False if there is none. */
    public boolean delete(Handle handle, ResourceKind kind, String name) {
        return handle.execute("DELETE FROM resource WHERE kind = ? AND name = ?", kind.word(), name) == 1;
    }

    private static long nextVersion(Handle handle) {
        return handle.createQuery(
                        "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'resourceVersion' RETURNING value")
                .mapTo(Long.class)
                .one();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String document(Resource resource) {
        return new String(JsonWriter.canonical(resource.toJson()), UTF_8);
    }

    private static Stored<Resource> stored(ResultSet row) throws SQLException {
        Json.Obj document = JsonReader.object(row.getString("document").getBytes(UTF_8));
        long deleting = row.getLong("deleting_ms");
        Optional<Instant> since = row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(deleting));
        return new Stored<>(
                ResourceYaml.fromJson(document),
                row.getString("uid"),
                row.getLong("resource_version"),
                row.getLong("generation"),
                Optional.ofNullable(row.getString("set_name")),
                new Times(
                        Instant.ofEpochMilli(row.getLong("created_ms")),
                        Instant.ofEpochMilli(row.getLong("updated_ms")),
                        since));
    }

    private static String encode(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(UTF_8));
    }

    private static String decode(String from) {
        try {
            return new String(Base64.getUrlDecoder().decode(from), UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "continue: " + from + " (expected: the text that the list before gave)", e);
        }
    }
}
