package io.wherry.hub.agentapi;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.hub.agentapi.Delegates.Reports;
import io.wherry.hub.agentapi.Delegates.Roots;
import io.wherry.hub.agentapi.Delegates.StackProgress;
import io.wherry.hub.agentapi.Delegates.Work;
import io.wherry.hub.fleet.EnrolOutcome;
import io.wherry.hub.fleet.Exports;
import io.wherry.hub.fleet.LastSeen;
import io.wherry.hub.fleet.Review.Position;
import io.wherry.hub.fleet.ServerIdentity;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.fleet.TestFleet;
import io.wherry.hub.rollout.Offer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A whole agents' port on a free loopback port: real TLS, real database, real identities. What to offer is set by the test. */
final class TestPort implements AutoCloseable {
    final TestFleet fleet;
    final LastSeen lastSeen;
    final ServerIdentity identity;
    final Map<AgentId, Offer> offers = new ConcurrentHashMap<>();
    final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    final Map<AgentId, Set<Digest>> mayFetch = new ConcurrentHashMap<>();
    final List<byte[]> receipts = Collections.synchronizedList(new ArrayList<>());
    final List<StackProgress> progress = Collections.synchronizedList(new ArrayList<>());
    final Set<AgentId> underReview = ConcurrentHashMap.newKeySet();
    final Set<AgentId> copied = ConcurrentHashMap.newKeySet();
    volatile Delegates.Log log = Delegates.Log.NONE;
    final Exports exports = new Exports(new SecureRandom());
    final Map<AgentId, Instant> absent = new ConcurrentHashMap<>();
    final Map<AgentId, Position> heard = new ConcurrentHashMap<>();
    volatile Roots roots = new Roots(1, List.of(new byte[] {'{', '}'}));
    final AgentPort port;
    private final List<TestAgent> agents = new ArrayList<>();

    TestPort(Path folder) {
        this(folder, true);
    }

    TestPort(Path folder, boolean boringSsl) {
        fleet = new TestFleet(folder, InstantSource.system().instant());
        lastSeen = LastSeen.start(fleet.agents, fleet.clock);
        identity = fleet.authority.issueServer(List.of("localhost", "127.0.0.1"));
        port = AgentPort.start(
                new AgentPort.Settings(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        identity,
                        fleet.authority.certificate(),
                        fleet.certificates,
                        fleet.clock,
                        boringSsl),
                new Delegates(
                        fleet.enrolment,
                        fleet.agents,
                        lastSeen,
                        new OfferedByTest(),
                        new KeptByTest(),
                        new HeldByTest(),
                        () -> roots,
                        size -> log.above(size),
                        exports));
        exports.onAsked(port::changed);
    }

    /** A client without a certificate. */
    TestAgent stranger() {
        return connect(Optional.empty());
    }

    /** An agent that joined, with its certificate. */
    TestAgent join(String name) {
        TestDevice device = TestDevice.create();
        EnrolOutcome.Enrolled enrolled = fleet.enrol(device, name);
        return connect(Optional.of(new TestAgent.Identity(
                enrolled.agent().id(), device, enrolled.certificates().der())));
    }

    TestAgent connect(Optional<TestAgent.Identity> identity) {
        TestAgent agent = new TestAgent(port.port(), fleet.authority.certificate(), identity);
        agents.add(agent);
        return agent;
    }

    void offer(AgentId agent, Offer offer) {
        offers.put(agent, offer);
        port.changed(agent);
    }

    Digest blob(AgentId agent, byte[] content) {
        Digest digest = Digest.of(content);
        blobs.put(digest, content);
        mayFetch.computeIfAbsent(agent, id -> ConcurrentHashMap.newKeySet()).add(digest);
        return digest;
    }

    @Override
    public void close() {
        agents.forEach(TestAgent::close);
        port.close();
        lastSeen.close();
        fleet.close();
    }

    private final class OfferedByTest implements Work {
        @Override
        public Optional<Offer> newest(AgentId agent) {
            return Optional.ofNullable(offers.get(agent));
        }

        @Override
        public OptionalLong size(AgentId agent, Digest digest) {
            return open(agent, digest)
                    .map(content -> OptionalLong.of(length(content)))
                    .orElse(OptionalLong.empty());
        }

        @Override
        public Optional<InputStream> open(AgentId agent, Digest digest) {
            return Optional.ofNullable(blobs.get(digest))
                    .filter(content -> mayFetch.getOrDefault(agent, Set.of()).contains(digest))
                    .map(ByteArrayInputStream::new);
        }
    }

    private static int length(InputStream content) {
        return ((ByteArrayInputStream) content).available();
    }

    private final class HeldByTest implements Delegates.Reviews {
        @Override
        public boolean isCopied(AgentId agent) {
            return copied.contains(agent);
        }

        @Override
        public boolean copied(AgentId agent) {
            copied.add(agent);
            return true;
        }

        @Override
        public void absent(AgentId agent, Instant since) {
            absent.put(agent, since);
        }

        @Override
        public boolean concerns(AgentId agent, Position position, Optional<Digest> adopted) {
            return underReview.contains(agent);
        }

        @Override
        public boolean heard(AgentId agent, Position position) {
            heard.put(agent, position);
            return true;
        }
    }

    private final class KeptByTest implements Reports {
        @Override
        public List<Digest> receipts(AgentId agent, List<byte[]> envelopes) {
            receipts.addAll(envelopes);
            return envelopes.stream().map(Digest::of).toList();
        }

        @Override
        public void progress(AgentId agent, List<StackProgress> all) {
            progress.addAll(all);
        }
    }
}
