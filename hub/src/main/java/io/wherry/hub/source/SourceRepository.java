package io.wherry.hub.source;

import io.wherry.hub.db.Database;
import io.wherry.hub.resource.Ref;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What the hub knows of each source: tables {@code source_check}, {@code source_ref}, {@code source_deployed}. */
final class SourceRepository {
    private final Database db;

    SourceRepository(Database db) {
        this.db = db;
    }

    /**
     * One row of {@code source_ref}.
     *
     * @param commit  given out last
     * @param first   where a tag pointed when first seen, or since a person accepted
     * @param pending waits for a person
     * @param signed  what was found out of {@code commit}
     */
    record RefRow(
            Ref ref,
            String mirror,
            Optional<String> commit,
            Optional<String> first,
            Optional<String> pending,
            Optional<Fetch.Failed> failure,
            Optional<SignatureJudge.Signed> signed) {

        static RefRow unseen(Ref ref, String mirror) {
            return new RefRow(
                    ref,
                    mirror,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        RefRow at(String newest, Optional<SignatureJudge.Signed> judged) {
            return new RefRow(
                    ref,
                    mirror,
                    Optional.of(newest),
                    first.or(() -> Optional.of(newest)),
                    Optional.empty(),
                    Optional.empty(),
                    judged);
        }

        RefRow waiting(String moved, Fetch.Failed why) {
            return new RefRow(ref, mirror, commit, first, Optional.of(moved), Optional.of(why), signed);
        }

        RefRow failed(Fetch.Failed why) {
            return new RefRow(ref, mirror, commit, first, pending, Optional.of(why), signed);
        }

        /**
         * What is new is not signed as it must be: there is nothing to accept.
         *
         * @param judged of the commit that was given out last
         */
        RefRow unsigned(Fetch.Failed why, Optional<SignatureJudge.Signed> judged) {
            return new RefRow(ref, mirror, commit, first, Optional.empty(), Optional.of(why), judged);
        }
    }

    /** What is known of a reference since the source has this URL and credential. */
    RefRow find(String source, Ref ref, String mirror) {
        return db.read(handle -> handle.createQuery(
                        "SELECT * FROM source_ref WHERE source = :source AND ref = :ref AND mirror = :mirror")
                .bind("source", source)
                .bind("ref", text(ref))
                .bind("mirror", mirror)
                .map((row, context) -> refRow(row))
                .findOne()
                .orElseGet(() -> RefRow.unseen(ref, mirror)));
    }

    /** The commits that a branch must contain, since stacks deployed them from it. */
    Set<String> required(String source, Ref ref, String mirror) {
        return Set.copyOf(db.read(handle -> handle.createQuery(
                        "SELECT DISTINCT required_id FROM source_deployed WHERE source = :source AND ref = :ref AND mirror = :mirror")
                .bind("source", source)
                .bind("ref", text(ref))
                .bind("mirror", mirror)
                .mapTo(String.class)
                .list()));
    }

    /** Stack to the commit it deployed last from this mirror. */
    Map<String, String> deployed(String mirror) {
        return db.read(handle -> handle.createQuery("SELECT stack, commit_id FROM source_deployed WHERE mirror = ?")
                .bind(0, mirror)
                .reduceRows(new java.util.TreeMap<>(), (all, row) -> {
                    all.put(row.getColumn("stack", String.class), row.getColumn("commit_id", String.class));
                    return all;
                }));
    }

    /** What a mirror must not lose: what stacks deployed, and what references are at. */
    Set<String> needed(String mirror) {
        return Set.copyOf(db.read(handle -> handle.createQuery("""
                        SELECT commit_id FROM source_deployed WHERE mirror = :mirror
                        UNION SELECT commit_id FROM source_ref WHERE mirror = :mirror AND commit_id IS NOT NULL""")
                .bind("mirror", mirror)
                .mapTo(String.class)
                .list()));
    }

    /**
     * Writes the outcome of a check in one transaction.
     *
     * @param failure of the source as a whole
     * @param changed rows of references that differ from what is stored
     */
    void checked(String source, Instant at, Instant next, Optional<Fetch.Failed> failure, List<RefRow> changed) {
        db.run(handle -> {
            handle.createUpdate("""
                    INSERT INTO source_check
                      (source, last_check_ms, last_success_ms, next_check_ms, failures, reason, detail, hint)
                    VALUES (:source, :at, :success, :next, :failures, :reason, :detail, :hint)
                    ON CONFLICT (source) DO UPDATE SET
                      last_check_ms = excluded.last_check_ms,
                      last_success_ms = coalesce(excluded.last_success_ms, source_check.last_success_ms),
                      next_check_ms = excluded.next_check_ms,
                      failures = CASE excluded.failures WHEN 0 THEN 0 ELSE source_check.failures + 1 END,
                      reason = excluded.reason, detail = excluded.detail, hint = excluded.hint""")
                    .bind("source", source)
                    .bind("at", at.toEpochMilli())
                    .bind("success", failure.isPresent() ? null : at.toEpochMilli())
                    .bind("next", next.toEpochMilli())
                    .bind("failures", failure.isPresent() ? 1 : 0)
                    .bind("reason", failure.map(f -> f.reason().name()).orElse(null))
                    .bind("detail", failure.map(Fetch.Failed::detail).orElse(null))
                    .bind("hint", failure.map(Fetch.Failed::hint).orElse(null))
                    .execute();
            changed.forEach(row -> put(handle, source, row));
        });
    }

    private static void put(Handle handle, String source, RefRow row) {
        handle.createUpdate("""
                INSERT INTO source_ref (source, ref, mirror, commit_id, first_id, pending_id, reason, detail, hint, signature)
                VALUES (:source, :ref, :mirror, :commit, :first, :pending, :reason, :detail, :hint, :signature)
                ON CONFLICT (source, ref) DO UPDATE SET
                  mirror = excluded.mirror, commit_id = excluded.commit_id, first_id = excluded.first_id,
                  pending_id = excluded.pending_id, signature = excluded.signature,
                  reason = excluded.reason, detail = excluded.detail, hint = excluded.hint""")
                .bind("source", source)
                .bind("ref", text(row.ref()))
                .bind("mirror", row.mirror())
                .bind("commit", row.commit().orElse(null))
                .bind("first", row.first().orElse(null))
                .bind("pending", row.pending().orElse(null))
                .bind("reason", row.failure().map(f -> f.reason().name()).orElse(null))
                .bind("detail", row.failure().map(Fetch.Failed::detail).orElse(null))
                .bind("hint", row.failure().map(Fetch.Failed::hint).orElse(null))
                .bind("signature", row.signed().map(SignatureJudge.Signed::text).orElse(""))
                .execute();
    }

    /** Everything that waits for a person at this source. */
    static List<RefRow> waiting(Handle handle, String source) {
        return handle.createQuery("SELECT * FROM source_ref WHERE source = ? AND pending_id IS NOT NULL ORDER BY ref")
                .bind(0, source)
                .map((row, context) -> refRow(row))
                .list();
    }

    /** From here on the moved tag, or the rewritten branch, is what counts. */
    static void accept(Handle handle, String source, RefRow waiting) {
        String pending = waiting.pending().orElseThrow();
        handle.execute(
                "UPDATE source_ref SET first_id = ?, pending_id = NULL WHERE source = ? AND ref = ?",
                pending,
                source,
                text(waiting.ref()));
        handle.execute(
                "UPDATE source_deployed SET required_id = ? WHERE source = ? AND ref = ?",
                pending,
                source,
                text(waiting.ref()));
    }

    void deployed(String source, Ref ref, String mirror, Map<String, String> commitByStack) {
        db.run(handle -> {
            var batch = handle.prepareBatch("""
                    INSERT INTO source_deployed (stack, source, ref, mirror, commit_id, required_id)
                    VALUES (:stack, :source, :ref, :mirror, :commit, :commit)
                    ON CONFLICT (stack) DO UPDATE SET
                      source = excluded.source, ref = excluded.ref, mirror = excluded.mirror,
                      commit_id = excluded.commit_id, required_id = excluded.required_id""");
            commitByStack.forEach((stack, commit) -> batch.bind("stack", stack)
                    .bind("source", source)
                    .bind("ref", text(ref))
                    .bind("mirror", mirror)
                    .bind("commit", commit)
                    .add());
            batch.execute();
        });
    }

    /** Nothing more is known of these stacks. */
    void forgetStack(String stack) {
        db.run(handle -> handle.execute("DELETE FROM source_deployed WHERE stack = ?", stack));
    }

    void forgetSource(String source) {
        db.run(handle -> {
            for (String table : List.of("source_check", "source_ref", "source_deployed")) {
                handle.execute("DELETE FROM " + table + " WHERE source = ?", source);
            }
        });
    }

    Optional<SourceStatus> status(String source) {
        return db.read(handle -> {
            List<SourceStatus.RefStatus> refs = handle.createQuery(
                            "SELECT * FROM source_ref WHERE source = ? ORDER BY ref")
                    .bind(0, source)
                    .map((row, context) -> refRow(row))
                    .map(row -> new SourceStatus.RefStatus(
                            row.ref(), row.commit(), row.pending(), row.failure(), row.signed()))
                    .list();
            return handle.createQuery("SELECT * FROM source_check WHERE source = ?")
                    .bind(0, source)
                    .map((row, context) -> status(row, refs))
                    .findOne();
        });
    }

    private static SourceStatus status(ResultSet row, List<SourceStatus.RefStatus> refs) throws SQLException {
        long success = row.getLong("last_success_ms");
        boolean never = row.wasNull();
        return new SourceStatus(
                Instant.ofEpochMilli(row.getLong("last_check_ms")),
                never ? Optional.empty() : Optional.of(Instant.ofEpochMilli(success)),
                Instant.ofEpochMilli(row.getLong("next_check_ms")),
                row.getInt("failures"),
                failure(row),
                refs);
    }

    private static RefRow refRow(ResultSet row) throws SQLException {
        return new RefRow(
                ref(row.getString("ref")),
                row.getString("mirror"),
                optional(row.getString("commit_id")),
                optional(row.getString("first_id")),
                optional(row.getString("pending_id")),
                failure(row),
                SignatureJudge.Signed.parse(row.getString("signature")));
    }

    private static Optional<Fetch.Failed> failure(ResultSet row) throws SQLException {
        String reason = row.getString("reason");
        return reason == null
                ? Optional.empty()
                : Optional.of(
                        new Fetch.Failed(SourceReason.valueOf(reason), row.getString("detail"), row.getString("hint")));
    }

    private static Optional<String> optional(@Nullable String value) {
        return Optional.ofNullable(value);
    }

    private static String text(Ref ref) {
        return switch (ref) {
            case Ref.OciTag tag -> (tag.pinned() ? "pinned-tag " : "oci-tag ") + tag.name();
            case Ref.Branch _, Ref.Tag _, Ref.Commit _, Ref.OciDigest _ -> ref.type() + " " + ref.name();
        };
    }

    private static Ref ref(String text) {
        int space = text.indexOf(' ');
        String name = text.substring(space + 1);
        return switch (text.substring(0, space)) {
            case "branch" -> new Ref.Branch(name);
            case "tag" -> new Ref.Tag(name);
            case "commit" -> new Ref.Commit(name);
            case "oci-tag" -> new Ref.OciTag(name, false);
            case "pinned-tag" -> new Ref.OciTag(name, true);
            case "digest" -> new Ref.OciDigest(name);
            default -> throw new IllegalStateException("ref: " + text + " (expected: a branch, tag, commit or digest)");
        };
    }
}
