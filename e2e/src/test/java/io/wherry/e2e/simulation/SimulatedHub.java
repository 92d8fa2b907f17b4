package io.wherry.e2e.simulation;

import static java.util.Objects.requireNonNull;

import io.grpc.MethodDescriptor;
import io.wherry.base.DurableFiles;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryState;
import io.wherry.contract.Outcome;
import io.wherry.contract.Receipt;
import io.wherry.contract.TrustRoot;
import io.wherry.e2e.disk.Disk;
import io.wherry.hub.agentapi.Delegates;
import io.wherry.hub.agentapi.SimulatedPort;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.Exports;
import io.wherry.hub.fleet.LastSeen;
import io.wherry.hub.fleet.SimulatedFleet;
import io.wherry.hub.release.Releases;
import io.wherry.hub.release.SigningKeys;
import io.wherry.hub.rollout.Assignments;
import io.wherry.hub.rollout.EntryPlanner;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.Offer;
import io.wherry.hub.status.Events;
import io.wherry.hub.status.ReportIntake;
import io.wherry.hub.status.TargetStates;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A hub from its agents' port down: real service, intake, assignments, releases, database and bundle store; without sources, loops and operators' doors.
 * It dies at any look at its clock, which its parts take inside of transactions and between them; what it had in memory is gone then, and blobs that were
 * not synced may be. The database is SQLite's own promise and stays as committed.
 */
final class SimulatedHub implements AutoCloseable {
    static final AgentId AGENT = AgentId.random(Trust.RANDOM);

    private final Database database;
    private final Disk disk = new Disk(() -> {});
    private final Fate fate = new Fate();
    private final InstantSource clock;
    private final Random random;
    private final List<byte[]> roots = new ArrayList<>();
    private final Map<String, Digest> issued = new HashMap<>();
    private final Set<String> reasonsTold = new HashSet<>();
    private long epoch;
    private @Nullable Life life;

    /** What is gone when the process dies. */
    record Life(
            BundleStore bundles,
            Releases releases,
            Assignments assignments,
            AgentRepository agents,
            LastSeen lastSeen,
            Delegates delegates,
            SimulatedPort port) {}

    /** @param database as new, with the agent in it */
    SimulatedHub(Database database, Time time, Random random) throws IOException {
        this.database = database;
        this.random = random;
        this.clock = () -> {
            fate.step();
            return time.instant();
        };
        Files.createDirectory(disk.path("/bundles"));
        DurableFiles.syncDirectory(disk.path("/"));
        newRoot(Trust.root(1, Trust.BEGIN));
        start();
    }

    private void newRoot(TrustRoot root) {
        roots.add(Trust.signed(root));
        epoch = root.epoch();
    }

    List<byte[]> roots() {
        return List.copyOf(roots);
    }

    boolean isUp() {
        return life != null;
    }

    Life life() {
        return requireNonNull(life, "the hub is down");
    }

    Database database() {
        return database;
    }

    InstantSource clock() {
        return clock;
    }

    Fate fate() {
        return fate;
    }

    private void start() {
        fate.live();
        SigningKeys keys = Trust.hub(epoch);
        BundleStore bundles = BundleStore.open(disk.path("/bundles"), clock);
        Releases releases = new Releases(database, keys, clock);
        AgentRepository agents = new AgentRepository(database);
        Assignments assignments = new Assignments(
                database,
                keys,
                bundles,
                releases,
                List.of("hub.example:8444"),
                id -> {
                    fate.step();
                    return agents.find(id).filter(AgentRecord::served).map(AgentRecord::keyHash);
                },
                clock);
        ReportIntake intake = new ReportIntake(
                database, agents, Trust.domain(), new Events(database, clock), this::reported, fate::step, clock);
        LastSeen lastSeen = LastSeen.start(agents, clock);
        Delegates delegates = new Delegates(
                SimulatedFleet.enrolment(database, agents, Trust.domain(), clock),
                agents,
                lastSeen,
                Delegates.Work.of(assignments),
                new Taken(intake, reasonsTold),
                Delegates.Reviews.NONE,
                () -> new Delegates.Roots(roots.size(), roots),
                Delegates.Log.NONE,
                new Exports(new SecureRandom()));
        SimulatedPort port = new SimulatedPort(delegates, clock, random.nextLong());
        life = new Life(bundles, releases, assignments, agents, lastSeen, delegates, port);
        assignments.issueDue(); // what the one before left between entry and signature
        note();
    }

    private record Taken(ReportIntake intake, Set<String> reasons) implements Delegates.Reports {
        @Override
        public List<Digest> receipts(AgentId agent, List<byte[]> envelopes) {
            return intake.acceptAll(agent, envelopes).stream()
                    .map(ReportIntake.Accepted::digest)
                    .toList();
        }

        @Override
        public void progress(AgentId agent, List<Delegates.StackProgress> progress) {
            progress.forEach(one -> reasons.add(one.reason())); // shown to people
        }
    }

    /** Counts the receipt, and ends what is confirmed, as the real listener does. Part of the intake's transaction. */
    private void reported(Handle handle, AgentRecord agent, Receipt receipt, List<EntryState> states) {
        fate.step();
        handle.execute("INSERT INTO simulation_counted (counter) VALUES (?)", receipt.counter());
        for (EntryState state : states) {
            if (state.outcome() == Outcome.REMOVED) {
                EntryRepository.find(handle, agent.id(), state.stack()).ifPresent(entry -> {
                    var gone = EntryPlanner.gone(entry, state.generation());
                    if (!gone.equals(entry)) {
                        EntryRepository.put(handle, List.of(gone), clock.instant());
                        TargetStates.forget(handle, agent.id(), state.stack());
                    }
                });
            }
        }
    }

    /** A call of the agent, over a link that brought it this far. */
    <Q, R> Answer<R> call(MethodDescriptor<Q, R> method, Q request) {
        if (life == null) {
            return Answer.lost("connection refused");
        }
        try {
            return life.port().call(method, life.agents().find(AGENT).orElseThrow(), request);
        } catch (Fate.Killed e) {
            die();
            return Answer.lost("the hub died");
        }
    }

    /** Does something inside of the hub. @return false if it died of it, or is down */
    boolean act(Runnable work) {
        if (life == null) {
            return false;
        }
        try {
            work.run();
            note();
            return true;
        } catch (Fate.Killed e) {
            die();
            return false;
        }
    }

    /** What the loops do every now and then. */
    void tick() {
        act(() -> {
            life().assignments().issueDue();
            life().assignments().reissueDue();
        });
    }

    /** Why stacks wait or fail, as polls told it to whoever looks. */
    Set<String> reasonsTold() {
        return reasonsTold;
    }

    private void note() {
        newest().ifPresent(offer -> {
            Digest before = issued.putIfAbsent(offer.epoch() + "/" + offer.sequence(), offer.digest());
            if (before != null && !before.equals(offer.digest())) {
                throw new AssertionError("two assignments under " + offer.epoch() + "/" + offer.sequence());
            }
        });
    }

    Optional<Offer> newest() {
        return life().assignments().newest(AGENT);
    }

    /** Whether this is what the hub issued under that number, as far as it lived to remember. */
    boolean issued(long inEpoch, long sequence, Digest digest) {
        Digest known = issued.get(inEpoch + "/" + sequence);
        return known == null || known.equals(digest);
    }

    private void die() {
        Life ended = requireNonNull(life);
        life = null;
        fate.live();
        ended.port().close();
        ended.lastSeen().close();
    }

    /** Starts again; now and then on a machine that lost its power too, and now and then in a new epoch, as after a restored backup. */
    void restart() {
        if (random.nextInt(3) == 0) {
            disk.cutPower(random);
        }
        if (random.nextInt(8) == 0) {
            newRoot(Trust.root(epoch + 1, clock.instant()));
        }
        start();
    }

    @Override
    public void close() {
        if (life != null) {
            die();
        }
    }
}
