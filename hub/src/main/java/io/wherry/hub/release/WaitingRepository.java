package io.wherry.hub.release;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.Release;
import io.wherry.contract.StackId;
import io.wherry.contract.json.JsonReader;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Releases that wait for signatures: tables {@code waiting_release}, {@code waiting_signature}, {@code waiting_target}. */
final class WaitingRepository {
    private WaitingRepository() {}

    /** What stands in the tables; who must sign is the trust root's to say. */
    record Row(Release release, Digest digest, byte[] payload, boolean replaced, Instant madeAt) {}

    static List<Row> ofStack(Handle handle, StackId stack) {
        return handle.createQuery("SELECT * FROM waiting_release WHERE stack = :stack ORDER BY counter")
                .bind("stack", stack.value())
                .map((row, context) -> row(
                        row.getString("digest"),
                        row.getBytes("payload"),
                        row.getLong("replaced") != 0,
                        row.getLong("made_at_ms")))
                .list();
    }

    private static Row row(String digest, byte[] payload, boolean replaced, long madeAtMillis) {
        return new Row(
                Release.parse(JsonReader.statement(payload, payload.length)),
                new Digest(digest),
                payload,
                replaced,
                Instant.ofEpochMilli(madeAtMillis));
    }

    /** Stacks of which something waits that nothing has replaced. */
    static List<StackId> stacks(Handle handle) {
        return handle.createQuery("SELECT DISTINCT stack FROM waiting_release WHERE replaced = 0 ORDER BY stack")
                .map((row, context) -> StackId.parse(row.getString("stack")))
                .list();
    }

    static void add(Handle handle, Row waiting, Collection<AgentId> targets) {
        handle.createUpdate("""
                        INSERT INTO waiting_release (digest, stack, counter, payload, replaced, made_at_ms)
                        VALUES (:digest, :stack, :counter, :payload, 0, :at)""")
                .bind("digest", waiting.digest().hex())
                .bind("stack", waiting.release().stack().value())
                .bind("counter", waiting.release().counter())
                .bind("payload", waiting.payload())
                .bind("at", waiting.madeAt().toEpochMilli())
                .execute();
        for (AgentId agent : targets) {
            handle.execute(
                    "INSERT INTO waiting_target (digest, agent) VALUES (?, ?)",
                    waiting.digest().hex(),
                    agent.value());
        }
    }

    static SortedMap<String, byte[]> signatures(Handle handle, Digest digest) {
        SortedMap<String, byte[]> signatures = new TreeMap<>();
        handle.createQuery("SELECT key_id, signature FROM waiting_signature WHERE digest = :digest")
                .bind("digest", digest.hex())
                .map((row, context) -> signatures.put(row.getString("key_id"), row.getBytes("signature")))
                .list();
        return signatures;
    }

    /** A second signature of the same key takes nothing's place. */
    static void sign(Handle handle, Digest digest, String keyId, byte[] signature) {
        handle.execute(
                "INSERT INTO waiting_signature (digest, key_id, signature) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                digest.hex(),
                keyId,
                signature);
    }

    static Set<AgentId> targets(Handle handle, Digest digest) {
        return new HashSet<>(handle.createQuery("SELECT agent FROM waiting_target WHERE digest = :digest")
                .bind("digest", digest.hex())
                .map((row, context) -> AgentId.parse(row.getString("agent")))
                .list());
    }

    static boolean anyTarget(Handle handle) {
        return handle.createQuery("SELECT count(*) FROM waiting_target")
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    /** Nobody waits for it any more. Its counter stays taken. */
    static void replace(Handle handle, Digest digest) {
        handle.execute("UPDATE waiting_release SET replaced = 1 WHERE digest = ?", digest.hex());
        forgetParts(handle, digest);
    }

    static void remove(Handle handle, Digest digest) {
        handle.execute("DELETE FROM waiting_release WHERE digest = ?", digest.hex());
        forgetParts(handle, digest);
    }

    private static void forgetParts(Handle handle, Digest digest) {
        handle.execute("DELETE FROM waiting_signature WHERE digest = ?", digest.hex());
        handle.execute("DELETE FROM waiting_target WHERE digest = ?", digest.hex());
    }

    /** Replaced ones whose counter something newer of the stack is above. */
    static void trim(Handle handle, StackId stack, long newestCounter) {
        handle.execute(
                "DELETE FROM waiting_release WHERE stack = ? AND replaced = 1 AND counter < ?",
                stack.value(),
                newestCounter);
    }

    static Optional<Long> newestCounter(Handle handle, StackId stack) {
        return handle.createQuery("SELECT max(counter) AS newest FROM waiting_release WHERE stack = :stack")
                .bind("stack", stack.value())
                .map((row, context) ->
                        Optional.ofNullable((Number) row.getObject("newest")).map(Number::longValue))
                .one();
    }

    /** Of any stack; 0 if nothing waits. */
    static long highestCounter(Handle handle) {
        return handle.createQuery("SELECT coalesce(max(counter), 0) FROM waiting_release")
                .mapTo(Long.class)
                .one();
    }
}
