package io.wherry.agent.trust;

import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.StateFolder;
import io.wherry.contract.Checkpoint;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.MerkleTree;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.verify.CheckpointVerdict;
import io.wherry.contract.verify.CheckpointVerifier;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the newest checkpoint of the hub's audit log (file {@code checkpoint.json}) and holds the next one against it: what was in the log must stay
 * in it. Many sites that each remember a root are what an edited log cannot get past.
 *
 * <p>A checkpoint also says what time it was when it was signed, and raises this site's floor of time.
 */
public final class LogWatch {
    static final String FILE = "checkpoint.json";

    private static final Logger LOG = System.getLogger(LogWatch.class.getName());

    private final AgentState state;
    private final DurableStore store;
    private final Path file;
    private volatile Optional<Checkpoint> kept;
    private volatile Optional<Fork> fork = Optional.empty();

    /**
     * A checkpoint that does not continue the one that is kept.
     *
     * @param checkpoint digest of its statement
     * @param detail     for a person
     */
    public record Fork(Digest checkpoint, String detail) {}

    public LogWatch(AgentState state, StateFolder folder, DurableStore store) {
        this.state = state;
        this.store = store;
        this.file = folder.resolve(FILE);
        this.kept = Files.exists(file) ? read(file) : Optional.empty();
    }

    /** What cannot be read is begun anew: only a longer memory is lost. */
    private static Optional<Checkpoint> read(Path file) {
        try {
            byte[] payload = Envelope.parse(DurableStore.read(file)).payload();
            return Optional.of(Checkpoint.parse(JsonReader.statement(payload, Limits.STATEMENT_BYTES)));
        } catch (JsonException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, file + ": cannot be read and is begun anew: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Size of the log in the checkpoint that is kept; 0: none of this epoch. */
    public long size() {
        return comparable().map(Checkpoint::size).orElse(0L);
    }

    /** The log was changed, as far as this site can tell; ends with a checkpoint that continues the one that is kept. */
    public Optional<Fork> fork() {
        return fork;
    }

    /** A restored hub's log is another one: its epoch is. */
    private Optional<Checkpoint> comparable() {
        return kept.filter(checkpoint -> checkpoint.epoch() == state.root().epoch());
    }

    /**
     * Judges a checkpoint, and keeps it if it continues what is kept. One that does not verify, or is of another epoch, changes nothing: the root that
     * vouches for it may come with the same answer.
     *
     * @param consistency proof from {@link #size} to it
     * @return a fork that was not known before
     */
    public synchronized Optional<Fork> consider(byte[] envelope, List<Digest> consistency) {
        return switch (CheckpointVerifier.verify(
                envelope, state.root(), state.membership().trustDomain())) {
            case CheckpointVerdict.Refused(var reason, String detail) -> {
                LOG.log(Level.INFO, "audit log: a checkpoint is not taken: " + reason.code() + ": " + detail);
                yield Optional.empty();
            }
            case CheckpointVerdict.Verified(Checkpoint next)
            when next.epoch() == state.root().epoch() -> compare(envelope, next, consistency);
            case CheckpointVerdict.Verified _ -> Optional.empty();
        };
    }

    private Optional<Fork> compare(byte[] envelope, Checkpoint next, List<Digest> consistency) {
        state.sawTime(next.time());
        Optional<Checkpoint> before = comparable();
        if (before.filter(last -> last.size() > next.size()).isPresent()) {
            return Optional.empty(); // an older one that came late
        }
        boolean continues = before.isEmpty()
                || before.filter(last -> MerkleTree.verifyConsistency(
                                last.size(), next.size(), consistency, last.root(), next.root()))
                        .isPresent();
        if (continues) {
            store.write(file, envelope);
            kept = Optional.of(next);
            fork = Optional.empty();
            return Optional.empty();
        }
        boolean known = fork.isPresent();
        fork = Optional.of(new Fork(
                Envelope.parse(envelope).digest(),
                "the audit log of " + next.size() + " records does not continue the one of "
                        + before.map(Checkpoint::size).orElse(0L)
                        + " that this site has seen: records were changed or taken away"));
        return known ? Optional.empty() : fork;
    }
}
