package io.wherry.hub.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.hub.db.Database;
import io.wherry.hub.resource.Stored.Applied;
import io.wherry.hub.resource.Stored.Times;
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
        return handle.createQuery("SELECT " + ResourceRow.COLUMNS + " FROM resource WHERE kind = ? AND name = ?")
                .bind(0, kind.word())
                .bind(1, name)
                .map((row, context) -> ResourceRow.read(row))
                .findOne();
    }

    public Optional<Stored<Resource>> findByUid(Handle handle, String uid) {
        return handle.createQuery("SELECT " + ResourceRow.COLUMNS + " FROM resource WHERE uid = ?")
                .bind(0, uid)
                .map((row, context) -> ResourceRow.read(row))
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
        return handle.createQuery("SELECT " + ResourceRow.COLUMNS + " FROM resource WHERE kind = ? ORDER BY name")
                .bind(0, kind.word())
                .map((row, context) -> ResourceRow.read(row))
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
                    .createQuery("SELECT " + ResourceRow.COLUMNS
                            + " FROM resource WHERE kind = ? AND name > ? ORDER BY name")
                    .bind(0, kind.word())
                    .bind(1, after)
                    .map((row, context) -> ResourceRow.read(row))
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

    /** What was last applied with this set, in the order in which it may be deleted: everything before what it needs. */
    public List<Stored<Resource>> inSet(Handle handle, String set) {
        return Dependencies.dependentsFirst(handle.createQuery("SELECT " + ResourceRow.COLUMNS + """
                         FROM resource WHERE set_name = ?
                        ORDER BY CASE kind WHEN 'Stack' THEN 0 WHEN 'Group' THEN 1 ELSE 2 END, name""")
                .bind(0, set)
                .map((row, context) -> ResourceRow.read(row))
                .list());
    }

    /**
     * Stores the resource, if it differs from what is there. One that has an owner stays as it is.
     *
     * @param ifVersion the version the caller saw; another one is a conflict
     * @param set       the set it is applied with; without one the set stays what it was
     */
    public Put put(Handle handle, Resource resource, Optional<Long> ifVersion, Optional<String> set) {
        return put(handle, resource, ifVersion, new Applied(set, Optional.empty()));
    }

    /** Stores the resource as its owner, who may change what has one; {@link #cycle} is the owner's to ask. */
    public Put putOwned(Handle handle, Resource resource, Owner owner, Optional<String> set) {
        return put(handle, resource, Optional.empty(), new Applied(set, Optional.of(owner)));
    }

    private Put put(Handle handle, Resource resource, Optional<Long> ifVersion, Applied by) {
        Optional<Stored<Resource>> before = find(handle, resource.kind(), resource.name());
        Optional<Put> conflict =
                conflict(resource, before, ifVersion).or(() -> before.flatMap(stored -> locked(stored, resource, by)));
        if (conflict.isPresent()) {
            return conflict.get();
        }
        Optional<String> cycle = resource instanceof Stack stack && by.owner().isEmpty()
                ? cycle(handle, stack)
                : Optional
                        .empty(); // an owner declares all of its stacks, and looks at them when the last one is stored
        if (cycle.isPresent()) {
            return new Put.Refused(
                    ResourceReason.DEPENDENCY_CYCLE, "dependsOn: they would wait for each other: " + cycle.get());
        }
        if (before.isEmpty()) {
            return new Put.Created(insert(handle, resource, by));
        }
        if (before.get().resource().equals(resource)) {
            return new Put.Unchanged(adopt(handle, before.get(), by));
        }
        return new Put.Changed(before.get(), update(handle, before.get(), resource, by));
    }

    /** The way by {@code dependsOn} from a stack back to itself, with the others as they are stored; empty if there is none. */
    public Optional<String> cycle(Handle handle, Stack stack) {
        return stack.apply().dependsOn().isEmpty()
                ? Optional.empty()
                : Dependencies.cycle(
                        stack,
                        all(handle, Stack.class).stream().map(Stored::resource).toList());
    }

    /** Who says of a resource what its owner says changes nothing. */
    private static Optional<Put> locked(Stored<Resource> before, Resource resource, Applied by) {
        return before.owner()
                .filter(_ -> by.owner().isEmpty() && !before.resource().equals(resource))
                .map(owner ->
                        new Put.Conflict(ResourceReason.OWNED_BY_CONFIGURATION, "is declared by " + owner.text()));
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

    private Stored<Resource> insert(Handle handle, Resource resource, Applied by) {
        Instant now = now();
        Stored<Resource> made =
                new Stored<>(resource, uids.get(), nextVersion(handle), 1, by, new Times(now, now, Optional.empty()));
        handle.execute(
                "INSERT INTO resource (" + ResourceRow.COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)",
                made.uid(),
                resource.kind().word(),
                resource.name(),
                ResourceRow.document(resource),
                made.resourceVersion(),
                made.generation(),
                by.set().orElse(null),
                now.toEpochMilli(),
                now.toEpochMilli(),
                ResourceRow.owner(made));
        return made;
    }

    private Stored<Resource> update(Handle handle, Stored<Resource> before, Resource resource, Applied by) {
        boolean sameSpec = before.resource().spec().equals(resource.spec());
        Stored<Resource> now = new Stored<>(
                resource,
                before.uid(),
                nextVersion(handle),
                sameSpec ? before.generation() : before.generation() + 1,
                new Applied(by.set().or(before::set), by.owner()),
                new Times(before.times().created(), now(), Optional.empty()));
        handle.execute(
                "UPDATE resource SET document = ?, resource_version = ?, generation = ?, set_name = ?, updated_ms = ?, owner = ? WHERE uid = ?",
                ResourceRow.document(resource),
                now.resourceVersion(),
                now.generation(),
                now.set().orElse(null),
                now.times().updated().toEpochMilli(),
                ResourceRow.owner(now),
                now.uid());
        return now;
    }

    /**
     * An unchanged resource applied with a set belongs to it from now on, and to who declares it in a place that did not; that is no new version. A person takes
     * neither from an owner.
     */
    private static Stored<Resource> adopt(Handle handle, Stored<Resource> stored, Applied by) {
        if (stored.owner().isPresent() && by.owner().isEmpty()) {
            return stored;
        }
        boolean samePlace = stored.owner().map(Owner::place).equals(by.owner().map(Owner::place));
        Applied now = new Applied(by.set().or(stored::set), samePlace ? stored.owner() : by.owner());
        if (now.equals(stored.applied())) {
            return stored;
        }
        Stored<Resource> adopted = new Stored<>(
                stored.resource(), stored.uid(), stored.resourceVersion(), stored.generation(), now, stored.times());
        handle.execute(
                "UPDATE resource SET set_name = ?, owner = ? WHERE uid = ?",
                now.set().orElse(null),
                ResourceRow.owner(adopted),
                stored.uid());
        return adopted;
    }

    /** Leaves a resource to people, as it is. */
    public void disown(Handle handle, String uid) {
        handle.execute("UPDATE resource SET owner = NULL WHERE uid = ?", uid);
    }

    /** Leaves all resources of a set to people, as they are and in no set. */
    public void disownSet(Handle handle, String set) {
        handle.execute("UPDATE resource SET set_name = NULL, owner = NULL WHERE set_name = ?", set);
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
