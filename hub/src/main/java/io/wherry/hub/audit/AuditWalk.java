package io.wherry.hub.audit;

import io.wherry.contract.Checkpoint;
import io.wherry.contract.MerkleFrontier;
import io.wherry.hub.audit.AuditCheck.Look;
import java.util.List;
import java.util.Optional;

/**
 * Compares the log with what was signed, again and again, at a cost that does not grow with its age: at each turn what is new, and a piece of all of it
 * in turn, round after round. The first turn of a process reads the whole log once.
 *
 * <p>For one thread.
 */
public final class AuditWalk {
    /** A million: some twenty seconds of one core. A log that is longer is gone through in as many turns as it has millions of records. */
    private static final long PIECE = 1_000_000;

    private final AuditLog log;
    private final long piece;
    private MerkleFrontier agreed = MerkleFrontier.EMPTY;
    private MerkleFrontier round = MerkleFrontier.EMPTY;
    private Optional<String> lastRound = Optional.empty();

    public AuditWalk(AuditLog log) {
        this(log, PIECE);
    }

    AuditWalk(AuditLog log, long piece) {
        this.log = log;
        this.piece = piece;
    }

    /** Goes on. What is wrong, or empty; what a round has found stays until a round found nothing. */
    public Optional<String> next() {
        Optional<SignedCheckpoint> newest = log.latestCheckpoint();
        if (newest.isEmpty()) {
            return Optional.empty();
        }
        Checkpoint signed = newest.get().checkpoint();
        Optional<String> end = end(signed);
        goRound(signed);
        return end.or(() -> lastRound);
    }

    /** What was signed since the last turn; and that the end was not cut off, which a round may find only much later. */
    private Optional<String> end(Checkpoint signed) {
        long size = log.size();
        if (size < signed.size()) {
            return Optional.of(AuditCheck.tooFew(size, signed));
        }
        return switch (AuditCheck.goOn(this::leaves, agreed, signed, Long.MAX_VALUE)) {
            case Look.Damaged(String what) -> Optional.of(what);
            case Look.Reached(MerkleFrontier tree) -> {
                agreed = tree;
                yield Optional.empty();
            }
        };
    }

    private List<AuditRecord> leaves(long from, int limit) {
        return log.list(AuditQuery.ALL, from, limit);
    }

    private void goRound(Checkpoint signed) {
        switch (AuditCheck.goOn(this::leaves, round, signed, piece)) {
            case Look.Damaged(String what) -> {
                lastRound = Optional.of(what);
                round = MerkleFrontier.EMPTY;
            }
            case Look.Reached(MerkleFrontier tree) when tree.size() < signed.size() -> round = tree;
            case Look.Reached _ -> {
                lastRound = Optional.empty();
                round = MerkleFrontier.EMPTY;
            }
        }
    }
}
