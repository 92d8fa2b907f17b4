package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.hub.source.Revision;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** History: tables {@code stack_revision} and {@code revision_target}. */
final class RevisionRepository {
    /** As the design promises: enough to go back over a bad week. */
    static final int KEPT_PER_STACK = 10;

    private RevisionRepository() {}

    /**
     * One target of one revision.
     *
     * @param outcome as last reported of this generation; empty if not yet
     */
    record RevisionTarget(AgentId agent, long generation, Digest bundle, Digest release, String outcome) {}

    static void add(Handle handle, StackId stack, long number, Optional<Revision> origin, Word word, Instant at) {
        handle.createUpdate("""
                        INSERT INTO stack_revision (stack, number, commit_id, author, committed_at_ms, subject, cause, actor, made_at_ms)
                        VALUES (:stack, :number, :commit, :author, :committed, :subject, :cause, :actor, :at)""")
                .bind("stack", stack.value())
                .bind("number", number)
                .bind("commit", origin.map(Revision::commit).orElse(""))
                .bind("author", origin.map(Revision::author).orElse(""))
                .bind("committed", origin.map(r -> r.time().toEpochMilli()).orElse(0L))
                .bind("subject", origin.map(Revision::subject).orElse(""))
                .bind("cause", word.cause())
                .bind("actor", word.actor())
                .bind("at", at.toEpochMilli())
                .execute();
        forgetOld(handle, stack, "stack_revision", number - KEPT_PER_STACK);
        forgetOld(handle, stack, "revision_target", number - KEPT_PER_STACK);
    }

    /** But never one that somebody pinned or that an agent has: it must be possible to say what runs there. */
    private static void forgetOld(Handle handle, StackId stack, String table, long newest) {
        handle.createUpdate(
                        "DELETE FROM " + table + " WHERE stack = :stack AND number <= :newest"
                                + " AND number NOT IN (SELECT pinned_revision FROM stack_state WHERE stack = :stack)"
                                + " AND number NOT IN (SELECT revision FROM entry WHERE stack = :stack AND state IN ('present', 'suspended'))")
                .bind("stack", stack.value())
                .bind("newest", newest)
                .execute();
    }

    /** Notes where a revision that was just added came from. What stands there already stays: later targets only join it. */
    static void addFrom(Handle handle, StackId stack, long number, HistoryEntry.From from) {
        handle.createUpdate("""
                        UPDATE stack_revision SET source = :source, url = :url, ref = :ref, change_keys = :keys, signature = :signature
                        WHERE stack = :stack AND number = :number AND source = ''""")
                .bind("stack", stack.value())
                .bind("number", number)
                .bind("source", from.source())
                .bind("url", from.url())
                .bind("ref", from.ref())
                .bind("keys", String.join(" ", from.changeKeys()))
                .bind("signature", from.signature())
                .execute();
    }

    static void addTargets(Handle handle, StackId stack, long number, List<RevisionTarget> targets) {
        if (targets.isEmpty()) {
            return;
        }
        try (var rows = handle.prepareBatch("""
                INSERT INTO revision_target (stack, number, agent, generation, bundle, release, outcome)
                VALUES (:stack, :number, :agent, :generation, :bundle, :release, :outcome)
                ON CONFLICT (stack, number, agent) DO UPDATE SET generation = excluded.generation, bundle = excluded.bundle,
                  release = excluded.release, outcome = excluded.outcome""")) {
            for (RevisionTarget target : targets) {
                rows.bind("stack", stack.value())
                        .bind("number", number)
                        .bind("agent", target.agent().value())
                        .bind("generation", target.generation())
                        .bind("bundle", target.bundle().hex())
                        .bind("release", target.release().hex())
                        .bind("outcome", target.outcome())
                        .add();
            }
            rows.execute();
        }
    }

    /** Notes what became of a generation. True if that is news; an unknown generation changes nothing. */
    static boolean outcome(Handle handle, AgentId agent, StackId stack, long generation, String outcome) {
        return handle.execute(
                        "UPDATE revision_target SET outcome = ? WHERE agent = ? AND stack = ? AND generation = ? AND outcome <> ?",
                        outcome,
                        agent.value(),
                        stack.value(),
                        generation,
                        outcome)
                > 0;
    }

    static List<RevisionTarget> targets(Handle handle, StackId stack, long number) {
        return handle.createQuery(
                        "SELECT * FROM revision_target WHERE stack = :stack AND number = :number ORDER BY agent")
                .bind("stack", stack.value())
                .bind("number", number)
                .map((row, context) -> new RevisionTarget(
                        AgentId.parse(row.getString("agent")),
                        row.getLong("generation"),
                        new Digest(row.getString("bundle")),
                        new Digest(row.getString("release")),
                        row.getString("outcome")))
                .list();
    }

    /** Newest first, without their targets. */
    static List<HistoryEntry> list(Handle handle, StackId stack) {
        return handle.createQuery("SELECT * FROM stack_revision WHERE stack = :stack ORDER BY number DESC")
                .bind("stack", stack.value())
                .map((row, context) -> new HistoryEntry(
                        row.getLong("number"),
                        row.getString("commit_id"),
                        row.getString("author"),
                        Instant.ofEpochMilli(row.getLong("committed_at_ms")),
                        row.getString("subject"),
                        row.getString("cause"),
                        row.getString("actor"),
                        Instant.ofEpochMilli(row.getLong("made_at_ms")),
                        from(row),
                        java.util.Map.of()))
                .list();
    }

    /**
     * Bundles that some target of the stack may still run: those of every revision since the oldest that any target is known to run, or since
     * the oldest kept where a target has not reported yet.
     *
     * @param running what targets reported to run
     */
    static List<Digest> possiblyRunning(Handle handle, StackId stack, List<Digest> running, boolean allReported) {
        long oldest = allReported && !running.isEmpty()
                ? handle.createQuery("""
                                SELECT coalesce(min(newest), 0) FROM (SELECT max(number) AS newest FROM revision_target
                                WHERE stack = :stack AND bundle IN (<running>) GROUP BY bundle)""")
                        .bind("stack", stack.value())
                        .bindList("running", running.stream().map(Digest::hex).toList())
                        .mapTo(Long.class)
                        .one()
                : 0;
        return handle.createQuery(
                        "SELECT DISTINCT bundle FROM revision_target WHERE stack = :stack AND number >= :oldest")
                .bind("stack", stack.value())
                .bind("oldest", oldest)
                .map((row, context) -> new Digest(row.getString("bundle")))
                .list();
    }

    private static HistoryEntry.From from(ResultSet row) throws SQLException {
        String keys = row.getString("change_keys");
        String signature = row.getString("signature");
        return new HistoryEntry.From(
                row.getString("source"),
                row.getString("url"),
                row.getString("ref"),
                keys.isEmpty() ? List.of() : List.of(keys.split(" ", -1)),
                signature.isEmpty() ? Revision.UNCHECKED : signature);
    }

    static void forget(Handle handle, StackId stack) {
        handle.execute("DELETE FROM stack_revision WHERE stack = ?", stack.value());
        handle.execute("DELETE FROM revision_target WHERE stack = ?", stack.value());
    }
}
