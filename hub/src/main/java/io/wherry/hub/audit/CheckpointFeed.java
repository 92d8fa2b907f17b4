package io.wherry.hub.audit;

import io.wherry.contract.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The newest checkpoint as agents are shown it: from memory, since a thousand of them ask.
 *
 * <p>Most have seen the one before it, so proofs are kept by the size that they begin at. One that is not there is made meanwhile, and comes with a
 * later poll: reading the tree has no place between an agent and its answer.
 */
public final class CheckpointFeed {
    /** Agents that were away for different times: more begin anew with the next checkpoint. At about 1 KiB each. */
    private static final int MAX_PROOFS = 4096;

    private final AuditLog log;
    private final Executor executor;
    private volatile Optional<Newest> newest = Optional.empty();

    /** @param proofs by the size that they begin at */
    private record Newest(SignedCheckpoint signed, Map<Long, List<Digest>> proofs, Set<Long> asked) {}

    /**
     * What one agent is shown.
     *
     * @param envelope    DSSE
     * @param consistency with what the agent has seen; empty where that is nothing
     */
    public record Shown(byte[] envelope, List<Digest> consistency) {}

    /** @param executor makes proofs that nobody asked for before */
    public CheckpointFeed(AuditLog log, Executor executor) {
        this.log = log;
        this.executor = executor;
        log.latestCheckpoint().ifPresent(this::show);
    }

    /** Signs a checkpoint if the log has grown, and shows it from now on. */
    public void advance() {
        SignedCheckpoint signed = log.checkpoint();
        if (newest.filter(shown -> shown.signed().checkpoint().equals(signed.checkpoint()))
                .isEmpty()) {
            show(signed);
        }
    }

    private void show(SignedCheckpoint signed) {
        newest = Optional.of(new Newest(signed, new ConcurrentHashMap<>(), ConcurrentHashMap.newKeySet()));
    }

    /**
     * Never blocks.
     *
     * @param size of the log in the newest checkpoint that the agent has seen; 0: none
     * @return empty if there is none above that, or its proof is not made yet
     */
    public Optional<Shown> above(long size) {
        Optional<Newest> now =
                newest.filter(shown -> shown.signed().checkpoint().size() > size);
        if (now.isEmpty()) {
            return Optional.empty();
        }
        byte[] envelope = now.get().signed().envelope();
        if (size == 0) {
            return Optional.of(new Shown(envelope, List.of()));
        }
        List<Digest> proof = now.get().proofs().get(size);
        if (proof == null) {
            prepare(now.get(), size);
        }
        return Optional.ofNullable(proof).map(made -> new Shown(envelope, made));
    }

    private void prepare(Newest now, long size) {
        if (now.asked().size() < MAX_PROOFS && now.asked().add(size)) {
            executor.execute(() -> now.proofs()
                    .put(
                            size,
                            log.consistencyProof(size, now.signed().checkpoint().size())));
        }
    }
}
