package io.wherry.hub.audit;

import io.wherry.contract.Checkpoint;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.MerkleFrontier;
import io.wherry.contract.MerkleTree;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.db.Database;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The append-only log: tables {@code audit…}. Nothing is changed or deleted; each change of a leaf shows in the next checkpoint. */
public final class AuditLog {
    /** 64 KiB: before and after of a large resource. A detail that makes a leaf longer is replaced by its digest. */
    public static final int MAX_LEAF_BYTES = 64 << 10;

    /** What one page gives at most. */
    public static final int MAX_PAGE = 500;

    private static final String UPWARDS = "idx >= ? ORDER BY idx";
    private static final String DOWNWARDS = "idx < ? ORDER BY idx DESC";

    private final Database db;
    private final LogIdentity identity;
    private final InstantSource clock;

    public AuditLog(Database db, LogIdentity identity, InstantSource clock) {
        this.db = db;
        this.identity = identity;
        this.clock = clock;
    }

    /** Appends within the caller's transaction, so that nothing happens unrecorded and nothing is recorded that did not happen. */
    public long append(Handle handle, AuditEvent event) {
        byte[] leaf = leaf(event);
        long index = size(handle);
        handle.execute(
                "INSERT INTO audit (idx, stream, at_ms, commit_id, leaf) VALUES (?, ?, ?, ?, ?)",
                index,
                event.stream().word(),
                event.at().toEpochMilli(),
                event.sync()
                        .map(facts -> facts.commit().id())
                        .filter(id -> !id.isEmpty())
                        .orElse(null),
                leaf);
        new AuditTree(handle).append(index, MerkleTree.leafHash(leaf));
        for (String key : event.changeKeys()) {
            handle.execute("INSERT INTO audit_change (change_key, idx) VALUES (?, ?)", key, index);
        }
        for (String object : objects(event)) {
            handle.execute("INSERT INTO audit_object (object, idx) VALUES (?, ?)", object, index);
        }
        return index;
    }

    /** Appends in a transaction of its own: for what changes nothing else, such as a refusal. */
    public long append(AuditEvent event) {
        return db.write(h -> append(h, event));
    }

    private static byte[] leaf(AuditEvent event) {
        byte[] leaf = JsonWriter.canonical(event.toJson());
        if (leaf.length <= MAX_LEAF_BYTES) {
            return leaf;
        }
        byte[] detail = JsonWriter.canonical(event.detail());
        return JsonWriter.canonical(event.with(Json.object()
                        .put("omittedBytes", detail.length)
                        .put("digest", Digest.of(detail).toString())
                        .build())
                .toJson());
    }

    private static Set<String> objects(AuditEvent event) {
        Set<String> objects = new HashSet<>();
        objects.add(event.what().object());
        event.sync().ifPresent(facts -> {
            objects.add(
                    facts.place().stack().isEmpty()
                            ? ""
                            : "Stack/" + facts.place().stack());
            objects.add(
                    facts.place().agent().isEmpty()
                            ? ""
                            : "Agent/" + facts.place().agent());
            objects.add(
                    facts.origin().source().isEmpty()
                            ? ""
                            : "Source/" + facts.origin().source());
        });
        objects.remove("");
        return objects;
    }

    public long size() {
        return db.read(AuditLog::size);
    }

    private static long size(Handle handle) {
        return handle.createQuery("SELECT coalesce(max(idx) + 1, 0) FROM audit")
                .mapTo(Long.class)
                .one();
    }

    /**
     * Records in order.
     *
     * @param from  the first index that may be given: for the next page, the last one's plus 1
     * @param limit 1 to {@link #MAX_PAGE}
     */
    public List<AuditRecord> list(AuditQuery query, long from, int limit) {
        return page(query, UPWARDS, from, limit);
    }

    /** Records from the newest on, but only those before the index {@code below}. */
    public List<AuditRecord> newest(AuditQuery query, long below, int limit) {
        return page(query, DOWNWARDS, below, limit);
    }

    /** The newest records, as the transaction sees them. */
    public static List<AuditRecord> newest(Handle handle, AuditQuery query, int limit) {
        return page(handle, query.sql(), DOWNWARDS, Long.MAX_VALUE, limit);
    }

    private List<AuditRecord> page(AuditQuery query, String window, long bound, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to " + MAX_PAGE + ")");
        }
        return db.read(h -> page(h, query.sql(), window, bound, limit));
    }

    private static List<AuditRecord> page(Handle handle, AuditQuery.Sql sql, String window, long bound, int limit) {
        var select = handle.createQuery(
                "SELECT idx, leaf FROM audit WHERE " + sql.conditions() + " AND " + window + " LIMIT ?");
        for (int i = 0; i < sql.values().size(); i++) {
            select.bind(i, sql.values().get(i));
        }
        return select.bind(sql.values().size(), bound)
                .bind(sql.values().size() + 1, limit)
                .map((row, context) -> new AuditRecord(row.getLong(1), row.getBytes(2)))
                .list();
    }

    public Optional<AuditRecord> find(long index) {
        return list(AuditQuery.ALL, index, 1).stream()
                .filter(record -> record.index() == index)
                .findFirst();
    }

    /** The newest checkpoint, made now if the log has grown since the last one. */
    public SignedCheckpoint checkpoint() {
        Optional<SignedCheckpoint> last = latestCheckpoint();
        if (last.isPresent() && last.get().checkpoint().size() == size()) {
            return last.get();
        }
        return db.write(h -> {
            long size = size(h);
            Checkpoint checkpoint = new Checkpoint(
                    identity.trustDomain(),
                    identity.origin(),
                    identity.epoch(),
                    size,
                    new AuditTree(h).root(size),
                    clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
            byte[] envelope =
                    Envelope.sign(checkpoint.toStatement(), identity.key()).toJson();
            h.execute(
                    "INSERT INTO audit_checkpoint (size, at_ms, envelope) VALUES (?, ?, ?) ON CONFLICT (size) DO NOTHING",
                    size,
                    checkpoint.time().toEpochMilli(),
                    envelope);
            return new SignedCheckpoint(checkpoint, envelope);
        });
    }

    public Optional<SignedCheckpoint> latestCheckpoint() {
        return db.read(AuditLog::latestCheckpoint);
    }

    private static Optional<SignedCheckpoint> latestCheckpoint(Handle handle) {
        return handle.createQuery("SELECT envelope FROM audit_checkpoint ORDER BY size DESC LIMIT 1")
                .mapTo(byte[].class)
                .findOne()
                .map(AuditLog::checkpoint);
    }

    private static SignedCheckpoint checkpoint(byte[] envelope) {
        byte[] payload = Envelope.parse(envelope).payload();
        return new SignedCheckpoint(Checkpoint.parse(JsonReader.statement(payload, Limits.STATEMENT_BYTES)), envelope);
    }

    /** That the record is in the log of the checkpoint's size. */
    public List<Digest> inclusionProof(long index, long size) {
        return db.read(h -> new AuditTree(h).inclusion(index, size));
    }

    /** That the log of one size continues the log of an earlier size. */
    public List<Digest> consistencyProof(long oldSize, long size) {
        return db.read(h -> new AuditTree(h).consistency(oldSize, size));
    }

    /**
     * Hashes every leaf anew and compares with the newest checkpoint. The problem, or empty. Reads the whole log, a million records in some twenty seconds: for
     * {@code doctor}; a hub that serves does it in pieces ({@link AuditWalk}).
     */
    public static Optional<String> damage(Handle handle) {
        AuditCheck.Leaves leaves = (from, limit) -> page(handle, AuditQuery.ALL.sql(), UPWARDS, from, limit);
        return latestCheckpoint(handle)
                .map(signed -> AuditCheck.goOn(leaves, MerkleFrontier.EMPTY, signed.checkpoint(), Long.MAX_VALUE))
                .flatMap(look ->
                        look instanceof AuditCheck.Look.Damaged(String what) ? Optional.of(what) : Optional.empty());
    }
}
