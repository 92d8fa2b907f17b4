package io.wherry.hub.status;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Receipt;
import io.wherry.contract.json.JsonReader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/**
 * How far an agent's receipts are here without a gap, which is what may be acknowledged to it by file: tables {@code receipt_prefix} and
 * {@code receipt_dropped}.
 *
 * <p>A counter is accounted for by its receipt, or by a later one which says that it was given up. Where two receipts contradict each other it ends for good:
 * there are two agents with one key, and what one of them wrote the other must not forget.
 */
public final class ReceiptPrefix {
    /** An agent that fills its outbox again and again tells each time of all it gave up so far, in at most three ranges; the newest count. */
    static final int MAX_DROPPED = 64;

    private ReceiptPrefix() {}

    /** The last receipt before the first gap. */
    public record Last(long counter, Digest digest) {}

    /**
     * @param counter  0: not even the first receipt is here
     * @param digest   of that receipt; empty if it was given up, or is no longer kept
     * @param forkedAt the lowest counter with a contradiction; 0: none
     */
    private record Row(long counter, Optional<Digest> digest, long forkedAt) {
        Optional<Last> last() {
            return digest.map(known -> new Last(counter, known));
        }
    }

    private record Kept(Digest digest, byte[] envelope) {}

    /** What may be acknowledged; empty: nothing. */
    public static Optional<Last> last(Handle handle, AgentId agent) {
        return row(handle, agent).last();
    }

    static long counter(Handle handle, AgentId agent) {
        return row(handle, agent).counter();
    }

    /** A receipt with this counter contradicts one that was taken before. */
    static void forked(Handle handle, AgentId agent, long counter) {
        Row row = row(handle, agent);
        long at = row.forkedAt() == 0 ? counter : Math.min(row.forkedAt(), counter);
        store(
                handle,
                agent,
                row.counter() < at
                        ? new Row(row.counter(), row.digest(), at)
                        : new Row(at - 1, ReceiptRepository.withCounter(handle, agent, at - 1), at));
    }

    /** The agent has given up receipts with these counters, both included. */
    static void dropped(Handle handle, AgentId agent, long from, long to) {
        handle.createUpdate("""
                        INSERT INTO receipt_dropped (agent, first_counter, last_counter) VALUES (:agent, :first, :last)
                        ON CONFLICT (agent, last_counter) DO UPDATE SET
                          first_counter = min(first_counter, excluded.first_counter)""")
                .bind("agent", agent.value())
                .bind("first", from)
                .bind("last", to)
                .execute();
        handle.createUpdate("""
                        DELETE FROM receipt_dropped WHERE agent = :agent AND last_counter < (
                          SELECT last_counter FROM receipt_dropped WHERE agent = :agent
                          ORDER BY last_counter DESC LIMIT 1 OFFSET :kept)""")
                .bind("agent", agent.value())
                .bind("kept", MAX_DROPPED - 1)
                .execute();
    }

    /**
     * Goes on as far as receipts follow each other.
     *
     * @return the counter of one that contradicts the one before it, if that was found now
     */
    static OptionalLong advance(Handle handle, AgentId agent) {
        Row begun = row(handle, agent);
        Row row = begun;
        while (row.forkedAt() == 0 || row.counter() + 1 < row.forkedAt()) {
            Optional<Row> next = next(handle, agent, row);
            if (next.isEmpty()) {
                break;
            }
            row = next.get();
        }
        if (!row.equals(begun)) {
            store(handle, agent, row);
            forget(handle, agent, row.counter());
        }
        return row.forkedAt() == begun.forkedAt() ? OptionalLong.empty() : OptionalLong.of(row.forkedAt());
    }

    private static Optional<Row> next(Handle handle, AgentId agent, Row row) {
        long counter = row.counter() + 1;
        List<Kept> kept = kept(handle, agent, counter);
        if (kept.isEmpty()) {
            return droppedTo(handle, agent, counter).map(to -> new Row(to, Optional.empty(), row.forkedAt()));
        }
        Kept receipt = kept.getFirst();
        boolean first = row.counter() == 0;
        Optional<Digest> previous = previous(receipt.envelope());
        boolean follows = first ? previous.isEmpty() : row.digest().isEmpty() || previous.equals(row.digest());
        return Optional.of(
                kept.size() == 1 && follows
                        ? new Row(counter, Optional.of(receipt.digest()), row.forkedAt())
                        : new Row(row.counter(), row.digest(), counter));
    }

    private static Optional<Digest> previous(byte[] envelope) {
        byte[] payload = Envelope.parse(envelope, Limits.RECEIPT_ENVELOPE_BYTES).payload();
        return Receipt.parse(JsonReader.statement(payload, Limits.RECEIPT_BYTES))
                .previous();
    }

    private static List<Kept> kept(Handle handle, AgentId agent, long counter) {
        return handle.createQuery("""
                        SELECT digest, envelope FROM receipt
                        WHERE agent = :agent AND counter = :counter AND readable = 1 LIMIT 2""")
                .bind("agent", agent.value())
                .bind("counter", counter)
                .map((result, context) -> new Kept(new Digest(result.getString("digest")), result.getBytes("envelope")))
                .list();
    }

    private static Optional<Long> droppedTo(Handle handle, AgentId agent, long counter) {
        return handle.createQuery("""
                        SELECT last_counter FROM receipt_dropped
                        WHERE agent = :agent AND first_counter <= :counter AND last_counter >= :counter
                        ORDER BY last_counter DESC LIMIT 1""")
                .bind("agent", agent.value())
                .bind("counter", counter)
                .mapTo(Long.class)
                .findOne();
    }

    private static void forget(Handle handle, AgentId agent, long counter) {
        handle.createUpdate("DELETE FROM receipt_dropped WHERE agent = :agent AND last_counter <= :counter")
                .bind("agent", agent.value())
                .bind("counter", counter)
                .execute();
    }

    private static Row row(Handle handle, AgentId agent) {
        return handle.createQuery("SELECT counter, digest, forked_at FROM receipt_prefix WHERE agent = :agent")
                .bind("agent", agent.value())
                .map((result, context) -> new Row(
                        result.getLong("counter"),
                        Optional.of(result.getString("digest"))
                                .filter(hex -> !hex.isEmpty())
                                .map(Digest::new),
                        result.getLong("forked_at")))
                .findOne()
                .orElse(new Row(0, Optional.empty(), 0));
    }

    private static void store(Handle handle, AgentId agent, Row row) {
        handle.createUpdate("""
                        INSERT INTO receipt_prefix (agent, counter, digest, forked_at)
                        VALUES (:agent, :counter, :digest, :forked)
                        ON CONFLICT (agent) DO UPDATE SET counter = excluded.counter, digest = excluded.digest,
                          forked_at = excluded.forked_at""")
                .bind("agent", agent.value())
                .bind("counter", row.counter())
                .bind("digest", row.digest().map(Digest::hex).orElse(""))
                .bind("forked", row.forkedAt())
                .execute();
    }
}
