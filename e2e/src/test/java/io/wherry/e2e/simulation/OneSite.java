package io.wherry.e2e.simulation;

import io.wherry.agent.hubclient.Links;
import io.wherry.agent.reconcile.SimulatedAgent;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.Membership;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.verify.Floor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** A hub and the one site it has, in virtual time and turn by turn, for tests that let one thing go wrong and look closely. */
final class OneSite {
    /** In virtual time; far above what back-offs add up to. */
    private static final Duration PATIENCE = Duration.ofHours(12);

    private static final Duration TICK = Duration.ofSeconds(15);

    private final Time time;
    private final Random random;
    private final Path data;
    private final Supplier<Links> links;
    private Instant tick = Instant.MIN;
    final SimulatedHub hub;
    final ServiceEngine engine;
    final Operator operator;
    final Invariants invariants;

    /** @param data absent; the agent's state folder, which joins here */
    OneSite(SimulatedHub hub, Time time, Random random, Path data, Supplier<Links> links) throws IOException {
        this.hub = hub;
        this.time = time;
        this.random = random;
        this.data = data;
        this.links = links;
        this.engine = new ServiceEngine(new Fate(), random, time);
        this.operator = new Operator(hub, random);
        this.invariants = new Invariants(hub, operator, engine);
        Files.createDirectory(data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Trust.writeDeviceKeys(data);
        TrustRoot root = Trust.root(1, Trust.BEGIN);
        SimulatedAgent.join(
                data,
                new Membership(SimulatedHub.AGENT, "site-1", "", Trust.domain(), List.of("hub.example:8444")),
                new AgentState.Joined(hub.roots(), root, Floor.first(root, root.issuedAt())));
    }

    /** One life of the agent. */
    SimulatedAgent start() {
        return new SimulatedAgent(new SimulatedAgent.World(data, time, new Random(random.nextLong()), links, engine));
    }

    /** Releases a file of so many bytes that nobody has seen before, for one of the two stacks. */
    void release(int bytes) {
        byte[] file = new byte[bytes];
        random.nextBytes(file);
        hub.act(() -> operator.release(Operator.STACKS.get(random.nextInt(Operator.STACKS.size())), file));
    }

    /** Whatever is due first, at hub or agent. */
    void turn(SimulatedAgent agent) {
        time.reach(agent.due());
        if (!time.instant().isBefore(tick)) {
            tick = time.instant().plus(TICK);
            hub.tick();
        }
        agent.runNext();
        invariants.check(agent);
    }

    /** Turn by turn, for so long. */
    void pass(SimulatedAgent agent, Duration virtual) {
        Instant end = time.instant().plus(virtual);
        while (time.instant().isBefore(end)) {
            turn(agent);
        }
    }

    /** Turn by turn, until all that was released runs, is told, and every receipt came home. */
    void settle(SimulatedAgent agent) {
        Instant end = time.instant().plus(PATIENCE);
        Optional<String> missing = invariants.missing(agent);
        while (missing.isPresent()) {
            if (time.instant().isAfter(end)) {
                throw new AssertionError("not right after " + PATIENCE + ": " + missing.get());
            }
            turn(agent);
            missing = invariants.missing(agent);
        }
        invariants.everyReceiptCountedOnce(agent.outbox.counter());
    }
}
