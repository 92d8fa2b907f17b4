package io.wherry.agent.state;

import io.wherry.base.Causes;
import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.StackId;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.verify.Floor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the agent stands on: membership, trust root, floors, and the adopted assignment.
 *
 * <p>{@code floors.json} names the adopted assignment by digest and is replaced last, so adoption happens at one rename: before it the old assignment
 * counts, after it the new one. What was adopted stays trusted by its digest; no signature is judged again after a restart.
 */
public final class AgentState {
    private static final int INSTANCE_BYTES = 16;
    private static final String ASSIGNMENT_SUFFIX = ".dsse.json";

    private final StateFolder folder;
    private final DurableStore store;
    private final DeviceKeys keys;
    private final Membership membership;
    private final long incarnation;
    private final byte[] instance = new byte[INSTANCE_BYTES];
    private List<byte[]> rootChain;
    private TrustRoot root;
    private Floor floor;
    private Optional<Assignment> adopted;

    private AgentState(StateFolder folder, DurableStore store, DeviceKeys keys, Membership membership, Joined joined) {
        this.folder = folder;
        this.store = store;
        this.keys = keys;
        this.membership = membership;
        this.rootChain = joined.rootChain();
        this.root = joined.root();
        this.floor = joined.floor();
        this.incarnation = Incarnation.next(folder, store);
        new SecureRandom().nextBytes(instance);
        this.adopted = floor.digest().flatMap(this::stored);
    }

    /**
     * The trust and the floor a join began with.
     *
     * @param rootChain DSSE envelopes from version 1 to {@code root}
     */
    public record Joined(List<byte[]> rootChain, TrustRoot root, Floor floor) {
        public Joined {
            rootChain = List.copyOf(rootChain);
        }
    }

    /**
     * Opens a joined agent's state and counts this start.
     *
     * @throws StateException if nobody joined, or floors or trust root are lost
     */
    public static AgentState open(StateFolder folder, DurableStore store, DeviceKeys keys) {
        Membership membership = Membership.require(folder.root());
        Floor floor = Floors.read(folder.root(), keys.identityHash());
        List<byte[]> chain = RootFiles.read(folder);
        TrustRoot root = RootFiles.newest(chain);
        return new AgentState(folder, store, keys, membership, new Joined(chain, root, floor));
    }

    /** Writes what a join gave, the membership last. @throws StateException if the disk refuses */
    public static void join(
            StateFolder folder, DurableStore store, DeviceKeys keys, Membership membership, Joined joined) {
        store.write(folder.resolve(Floors.FILE), Floors.toBytes(joined.floor(), keys.identityHash()));
        RootFiles.write(folder, store, joined.rootChain());
        store.write(folder.resolve(Membership.FILE), membership.toBytes());
    }

    public Membership membership() {
        return membership;
    }

    public DeviceKeys keys() {
        return keys;
    }

    public long incarnation() {
        return incarnation;
    }

    public byte[] instance() {
        return instance.clone();
    }

    public synchronized TrustRoot root() {
        return root;
    }

    public synchronized List<byte[]> rootChain() {
        return List.copyOf(rootChain);
    }

    /**
     * Trusts a newer root from this call's return on.
     *
     * @param newer the envelopes from the one after the present root's to the new one's, in order of version; verified
     */
    public synchronized void follow(List<byte[]> newer, TrustRoot next) {
        List<byte[]> chain = new ArrayList<>(rootChain);
        chain.addAll(newer);
        RootFiles.write(folder, store, chain);
        rootChain = List.copyOf(chain);
        root = next;
    }

    public synchronized Floor floor() {
        return floor;
    }

    /** The assignment that counts; empty before the first, and where the disk lost it: then it is offered again. */
    public synchronized Optional<Assignment> adopted() {
        return adopted;
    }

    /** Adopts: from this call's return on the new assignment counts, whatever happens. */
    public synchronized void adopt(byte[] envelope, Assignment assignment, Digest digest, Floor next) {
        store.write(file(digest), envelope);
        storeFloor(next);
        adopted = Optional.of(assignment);
        dropOthers(digest);
    }

    /** Stores an assignment that was adopted before and that the disk had lost. The floor stays as it is. */
    public synchronized void restore(byte[] envelope) {
        floor.digest().ifPresent(digest -> {
            store.write(file(digest), envelope);
            adopted = stored(digest);
        });
    }

    /** Notes a release counter that this agent does not go below for this stack any more. Lower ones change nothing. */
    public synchronized void raiseReleaseCounter(StackId stack, long counter) {
        if (floor.releaseCounter(stack) < counter) {
            storeFloor(floor.staged(stack, counter));
        }
    }

    /** Notes a time that was signed: this site never goes below it. Earlier ones change nothing. */
    public synchronized void sawTime(Instant signed) {
        if (signed.isAfter(floor.time())) {
            storeFloor(floor.atLeast(signed));
        }
    }

    /** The time to judge by: this site's clock, but never before what was signed already. */
    public synchronized Instant judgedTime(Instant clock) {
        return floor.now(clock);
    }

    private void storeFloor(Floor next) {
        store.write(folder.resolve(Floors.FILE), Floors.toBytes(next, keys.identityHash()));
        floor = next;
    }

    private Optional<Assignment> stored(Digest digest) {
        Path file = file(digest);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Envelope envelope = Envelope.parse(DurableStore.read(file));
        return envelope.digest().equals(digest)
                ? Optional.of(Assignment.parse(JsonReader.statement(envelope.payload(), Limits.STATEMENT_BYTES)))
                : Optional.empty();
    }

    private Path file(Digest assignment) {
        return folder.folder("assignments").resolve(assignment.hex() + ASSIGNMENT_SUFFIX);
    }

    private void dropOthers(Digest kept) {
        try (Stream<Path> files = Files.list(folder.folder("assignments"))) {
            for (Path file : new ArrayList<>(files.toList())) {
                if (!file.equals(file(kept))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw StateException.disk("assignments: old ones cannot be deleted: " + Causes.named(e), e);
        }
    }
}
