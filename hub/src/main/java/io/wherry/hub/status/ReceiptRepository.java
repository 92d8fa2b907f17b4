package io.wherry.hub.status;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.hub.fleet.AgentIds;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Receipts as they came and how far each agent's chain has come: tables {@code receipt} and {@code receipt_chain}. */
final class ReceiptRepository {
    /** Half a year of an agent that changes five times a day; what must be kept longer stands in the audit log. */
    static final int KEPT_PER_AGENT = 1_000;

    private ReceiptRepository() {}

    /** The newest receipt of an agent. */
    record Chain(long counter, Digest digest) {}

    /** Whether a receipt that was taken before verified; empty: it was not taken yet. */
    static Optional<Boolean> readable(Handle handle, AgentId agent, Digest digest) {
        return handle.createQuery("SELECT readable FROM receipt WHERE agent = :agent AND digest = :digest LIMIT 1")
                .bind("agent", agent.value())
                .bind("digest", digest.hex())
                .mapTo(Boolean.class)
                .findOne();
    }

    /** A receipt with this number and another content. */
    static Optional<Digest> withCounter(Handle handle, AgentId agent, long counter) {
        return handle.createQuery(
                        "SELECT digest FROM receipt WHERE agent = :agent AND counter = :counter AND readable = 1 LIMIT 1")
                .bind("agent", agent.value())
                .bind("counter", counter)
                .map((row, context) -> new Digest(row.getString("digest")))
                .findOne();
    }

    static void add(
            Handle handle, AgentId agent, Digest digest, long counter, boolean readable, byte[] envelope, Instant at) {
        handle.createUpdate("""
                        INSERT INTO receipt (agent, digest, counter, readable, received_at_ms, envelope)
                        VALUES (:agent, :digest, :counter, :readable, :at, :envelope)""")
                .bind("agent", agent.value())
                .bind("digest", digest.hex())
                .bind("counter", counter)
                .bind("readable", readable)
                .bind("at", at.toEpochMilli())
                .bind("envelope", envelope)
                .execute();
        handle.createUpdate("""
                        DELETE FROM receipt WHERE agent = :agent AND received_at_ms < (
                          SELECT received_at_ms FROM receipt WHERE agent = :agent
                          ORDER BY received_at_ms DESC LIMIT 1 OFFSET :kept)""")
                .bind("agent", agent.value())
                .bind("kept", KEPT_PER_AGENT)
                .execute();
    }

    static Optional<Chain> chain(Handle handle, AgentId agent) {
        return handle.createQuery("SELECT counter, digest FROM receipt_chain WHERE agent = :agent")
                .bind("agent", agent.value())
                .map((row, context) -> new Chain(row.getLong("counter"), new Digest(row.getString("digest"))))
                .findOne();
    }

    /**
     * What the newest receipt told of the agent itself.
     *
     * @param skewMillis    its clock against ours when it came; positive: it is ahead
     * @param refusedReason why it refuses its assignment; empty if it does not
     */
    record Told(long skewMillis, String refusedReason, String refusedDetail) {}

    static Optional<Told> told(Handle handle, AgentId agent) {
        return Optional.ofNullable(told(handle, List.of(agent)).get(agent));
    }

    /** The same of many; an agent that has told nothing yet is left out. */
    static Map<AgentId, Told> told(Handle handle, Collection<AgentId> agents) {
        return handle
                .createQuery("SELECT * FROM receipt_chain WHERE agent IN (SELECT value FROM json_each(:agents))")
                .bind("agents", AgentIds.parameter(agents))
                .map((row, context) -> Map.entry(
                        AgentId.parse(row.getString("agent")),
                        new Told(
                                row.getLong("clock_skew_ms"),
                                row.getString("refused_reason"),
                                row.getString("refused_detail"))))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    static void advance(
            Handle handle,
            AgentId agent,
            Chain chain,
            long clockSkewMillis,
            String refusedReason,
            String refusedDetail) {
        handle.createUpdate("""
                        INSERT INTO receipt_chain (agent, counter, digest, clock_skew_ms, refused_reason, refused_detail)
                        VALUES (:agent, :counter, :digest, :skew, :reason, :detail)
                        ON CONFLICT (agent) DO UPDATE SET counter = excluded.counter, digest = excluded.digest,
                          clock_skew_ms = excluded.clock_skew_ms, refused_reason = excluded.refused_reason,
                          refused_detail = excluded.refused_detail""")
                .bind("agent", agent.value())
                .bind("counter", chain.counter())
                .bind("digest", chain.digest().hex())
                .bind("skew", clockSkewMillis)
                .bind("reason", refusedReason)
                .bind("detail", refusedDetail)
                .execute();
    }
}
