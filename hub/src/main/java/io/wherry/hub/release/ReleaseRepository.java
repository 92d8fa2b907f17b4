package io.wherry.hub.release;

import io.wherry.contract.Digest;
import io.wherry.contract.Release;
import io.wherry.contract.StackId;
import io.wherry.contract.json.JsonReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;

/** The releases: table {@code release}. A counter is given once per stack and never again. */
final class ReleaseRepository {
    private static final String SIGNED_BY = "releaseKey";
    private static final String COUNTERS_ABOVE = "releaseCountersAbove";

    private ReleaseRepository() {}

    /** Those that permit the bundle, newest first. */
    static List<IssuedRelease> ofBundle(Handle handle, StackId stack, Digest bundle) {
        return handle.createQuery(
                        "SELECT * FROM release WHERE stack = :stack AND bundle = :bundle ORDER BY counter DESC")
                .bind("stack", stack.value())
                .bind("bundle", bundle.hex())
                .map((row, context) -> issued(row))
                .list();
    }

    static Optional<IssuedRelease> find(Handle handle, Digest digest) {
        return handle.createQuery("SELECT * FROM release WHERE digest = :digest")
                .bind("digest", digest.hex())
                .map((row, context) -> issued(row))
                .findOne();
    }

    /** The next one is above it. 0 if the stack has none yet, and the hub was never restored. */
    static long newestCounter(Handle handle, StackId stack) {
        long newest = handle.createQuery("SELECT coalesce(max(counter), 0) FROM release WHERE stack = :stack")
                .bind("stack", stack.value())
                .mapTo(Long.class)
                .one();
        long waiting = WaitingRepository.newestCounter(handle, stack).orElse(0L);
        return Math.max(Math.max(newest, waiting), countersAbove(handle));
    }

    static long countersAbove(Handle handle) {
        return handle.createQuery("SELECT value FROM meta WHERE name = :name")
                .bind("name", COUNTERS_ABOVE)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L);
    }

    static void noteCountersAbove(Handle handle, long counter) {
        handle.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", COUNTERS_ABOVE, counter);
    }

    /** The highest counter of any stack. */
    static long highestCounter(Handle handle) {
        long signed = handle.createQuery("SELECT coalesce(max(counter), 0) FROM release")
                .mapTo(Long.class)
                .one();
        return Math.max(signed, WaitingRepository.highestCounter(handle));
    }

    static void add(Handle handle, IssuedRelease issued, byte[] payload, Instant at) {
        handle.createUpdate("""
                        INSERT INTO release (digest, stack, counter, bundle, payload, envelope, made_at_ms)
                        VALUES (:digest, :stack, :counter, :bundle, :payload, :envelope, :at)""")
                .bind("digest", issued.digest().hex())
                .bind("stack", issued.release().stack().value())
                .bind("counter", issued.counter())
                .bind(
                        "bundle",
                        issued.release().bundle().map(b -> b.digest().hex()).orElse(null))
                .bind("payload", payload)
                .bind("envelope", issued.envelope())
                .bind("at", at.toEpochMilli())
                .execute();
    }

    /** Id of the key that all envelopes are signed with; empty before the first start. */
    static Optional<String> signedBy(Handle handle) {
        return handle.createQuery("SELECT value FROM meta WHERE name = :name")
                .bind("name", SIGNED_BY)
                .mapTo(String.class)
                .findOne();
    }

    static void noteSignedBy(Handle handle, String keyId) {
        handle.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", SIGNED_BY, keyId);
    }

    /**
     * @param which those to sign; the others keep what they have
     * @param sign  envelope of a payload
     */
    static int replaceEnvelopes(Handle handle, Predicate<Release> which, UnaryOperator<byte[]> sign) {
        List<String> digests = handle.createQuery("SELECT digest FROM release")
                .mapTo(String.class)
                .list();
        int replaced = 0;
        for (String digest : digests) {
            byte[] payload = handle.createQuery("SELECT payload FROM release WHERE digest = ?")
                    .bind(0, digest)
                    .mapTo(byte[].class)
                    .one();
            if (which.test(Release.parse(JsonReader.statement(payload, payload.length)))) {
                handle.execute("UPDATE release SET envelope = ? WHERE digest = ?", sign.apply(payload), digest);
                replaced++;
            }
        }
        return replaced;
    }

    private static IssuedRelease issued(ResultSet row) throws SQLException {
        byte[] payload = row.getBytes("payload");
        return new IssuedRelease(
                Release.parse(JsonReader.statement(payload, payload.length)),
                new Digest(row.getString("digest")),
                row.getBytes("envelope"));
    }
}
