package io.wherry.hub.rollout;

import io.wherry.contract.AgentId;
import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The issued assignments: table {@code assignment}. */
final class AssignmentRepository {
    /** An agent may still fetch what it adopted while a newer one is issued, and once more after that; older ones nobody asks for. */
    static final int KEPT_PER_AGENT = 3;

    private AssignmentRepository() {}

    /** One issued assignment. */
    record Issued(AgentId agent, Offer offer, Instant issuedAt, Instant expiresAt) {}

    /** The newest of every agent that may be offered one, to fill the memory at the start. */
    static List<Issued> newestOfAll(Handle handle) {
        return handle.createQuery("""
                        SELECT a.* FROM assignment a WHERE a.agent NOT IN (SELECT agent FROM agent_held) AND NOT EXISTS (
                          SELECT 1 FROM assignment b WHERE b.agent = a.agent
                          AND (b.epoch > a.epoch OR (b.epoch = a.epoch AND b.sequence > a.sequence)))""").map((row, context) -> issued(row)).list();
    }

    /** Newest first. */
    static List<Issued> ofAgent(Handle handle, AgentId agent) {
        return handle.createQuery("SELECT * FROM assignment WHERE agent = :agent ORDER BY epoch DESC, sequence DESC")
                .bind("agent", agent.value())
                .map((row, context) -> issued(row))
                .list();
    }

    static Optional<Issued> newest(Handle handle, AgentId agent) {
        return ofAgent(handle, agent).stream().findFirst();
    }

    /**
     * Compare and set: the primary key lets exactly one writer have a sequence, whichever hub it runs on.
     *
     * @throws org.jdbi.v3.core.statement.UnableToExecuteStatementException if the sequence was taken meanwhile
     */
    static void add(Handle handle, Assignment assignment, Offer offer) {
        handle.createUpdate("""
                        INSERT INTO assignment (agent, epoch, sequence, digest, issued_at_ms, expires_at_ms, envelope)
                        VALUES (:agent, :epoch, :sequence, :digest, :issued, :expires, :envelope)""")
                .bind("agent", assignment.agentId().value())
                .bind("epoch", assignment.epoch())
                .bind("sequence", assignment.sequence())
                .bind("digest", offer.digest().hex())
                .bind("issued", assignment.issuedAt().toEpochMilli())
                .bind("expires", assignment.expiresAt().toEpochMilli())
                .bind("envelope", offer.envelope())
                .execute();
        handle.createUpdate("""
                        DELETE FROM assignment WHERE agent = :agent AND (epoch, sequence) NOT IN (
                          SELECT epoch, sequence FROM assignment WHERE agent = :agent
                          ORDER BY epoch DESC, sequence DESC LIMIT :kept)""")
                .bind("agent", assignment.agentId().value())
                .bind("kept", KEPT_PER_AGENT)
                .execute();
    }

    private static Issued issued(ResultSet row) throws SQLException {
        return new Issued(
                AgentId.parse(row.getString("agent")),
                new Offer(
                        row.getLong("epoch"),
                        row.getLong("sequence"),
                        new Digest(row.getString("digest")),
                        row.getBytes("envelope")),
                Instant.ofEpochMilli(row.getLong("issued_at_ms")),
                Instant.ofEpochMilli(row.getLong("expires_at_ms")));
    }
}
