package io.wherry.e2e.simulation;

import io.wherry.agent.hubclient.Certificates;
import io.wherry.agent.hubclient.DeviceCertificate;
import io.wherry.agent.hubclient.EnvironmentProxy;
import io.wherry.agent.hubclient.Hubs;
import io.wherry.agent.hubclient.Links;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.e2e.link.FaultyLink;
import io.wherry.hub.agentapi.AgentPort;
import io.wherry.hub.agentapi.Delegates;
import io.wherry.hub.fleet.AgentCertificates;
import io.wherry.hub.fleet.CertificateAuthority;
import io.wherry.hub.fleet.SimulatedFleet;
import io.wherry.hub.rollout.Offer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** The agents' port of a simulated hub as it is shipped, with sockets and TLS, and the agent's real way to it through a link that has faults. */
final class RealLink implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final InstantSource clock;
    private final Map<Digest, List<Long>> asked = new ConcurrentHashMap<>();
    private final AgentPort port;
    private final List<Links> links = new CopyOnWriteArrayList<>();
    final FaultyLink way;

    RealLink(SimulatedHub hub, InstantSource clock, Supplier<FaultyLink.Fault> faults) throws IOException {
        this.clock = clock;
        CertificateAuthority authority = SimulatedFleet.authority(clock);
        Delegates real = hub.life().delegates();
        this.port = AgentPort.start(
                AgentPort.Settings.of(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        authority.issueServer(List.of(HOST)),
                        authority.certificate(),
                        new AgentCertificates(authority, Trust.domain()),
                        clock),
                new Delegates(
                        real.enrolment(),
                        real.agents(),
                        real.lastSeen(),
                        new Watched(real.work()),
                        real.reports(),
                        real.reviews(),
                        real.roots(),
                        real.log(),
                        real.exports()));
        this.way = new FaultyLink(port.port(), faults);
    }

    /** The offsets from which each blob was asked for, in order. */
    Map<Digest, List<Long>> asked() {
        return asked;
    }

    /** One life's way out of the site. */
    Links links() {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (byte[] der : SimulatedFleet.certificate(
                    SimulatedHub.AGENT, Trust.device().getPublic(), Trust.domain(), clock)) {
                chain.add(Certificates.ofDer(der));
            }
            Links made = new Hubs(
                            Set.of(SimulatedFleet.authority(clock).pin()),
                            List.of(),
                            EnvironmentProxy.of(Map.of()),
                            clock)
                    .links(
                            () -> List.of(HOST + ":" + way.port()),
                            Optional.of(new DeviceCertificate(Trust.device().getPrivate(), chain)));
            links.add(made);
            return made;
        } catch (CertificateException e) {
            throw new IllegalStateException("the agent's certificate: unreadable (expected: DER)", e);
        }
    }

    /** Notes where each reading begins. */
    private final class Watched implements Delegates.Work {
        private final Delegates.Work real;

        Watched(Delegates.Work real) {
            this.real = real;
        }

        @Override
        public Optional<Offer> newest(AgentId agent) {
            return real.newest(agent);
        }

        @Override
        public OptionalLong size(AgentId agent, Digest digest) {
            return real.size(agent, digest);
        }

        @Override
        public Optional<InputStream> open(AgentId agent, Digest digest) {
            return real.open(agent, digest).map(content -> new FilterInputStream(content) {
                @Override
                public void skipNBytes(long count) throws IOException {
                    asked.computeIfAbsent(digest, _ -> new CopyOnWriteArrayList<>())
                            .add(count);
                    in.skipNBytes(count);
                }
            });
        }
    }

    @Override
    public void close() throws IOException {
        links.forEach(Links::close);
        way.close();
        port.close();
    }
}
