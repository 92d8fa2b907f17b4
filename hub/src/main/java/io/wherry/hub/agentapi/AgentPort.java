package io.wherry.hub.agentapi;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.wherry.contract.AgentId;
import io.wherry.hub.fleet.AgentCertificates;
import io.wherry.hub.fleet.ServerIdentity;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The agents' port: gRPC over TLS 1.3 on its own listener and event loops. Every limit of the protocol is set here or in the classes named here.
 *
 * <p>Handshakes run on the event loops, of which there are half as many as cores: however many agents connect at once, the other half keeps
 * answering. Polls are answered there too, since they read memory alone; every other call has a virtual thread.
 */
public final class AgentPort implements AutoCloseable {
    private static final Logger LOG = System.getLogger(AgentPort.class.getName());

    /** Largest message either way: an assignment envelope of 700 KiB, or a blob chunk, with room. */
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private static final int MAX_METADATA_BYTES = 8 << 10;

    /** An agent has one poll, two streams and a report or two; the rest is slack. */
    private static final int MAX_CALLS_PER_CONNECTION = 16;

    /** Rapid reset: streams opened and cancelled for nothing. */
    private static final int MAX_RESETS = 100;

    private static final int RESETS_WINDOW_SECONDS = 30;

    /** Connections are renewed now and then, so that a hub taken out of a name drains; gRPC adds a tenth of jitter. */
    private static final Duration CONNECTION_AGE = Duration.ofHours(4);

    /** What a connection may take to finish its calls when it is too old: the longest hold. */
    private static final Duration CONNECTION_AGE_GRACE = Duration.ofMinutes(11);

    private static final Duration CONNECTION_IDLE = Duration.ofMinutes(10);
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    /** Keepalives cost a packet each way; below this they are an attack or a mistake. */
    private static final Duration SHORTEST_KEEPALIVE = Duration.ofMinutes(2);

    /** One chunk in flight per stream; the default of 1 MiB would let 16 calls of every agent queue that much. */
    private static final int FLOW_CONTROL_WINDOW_BYTES = 256 << 10;

    /** Connections that wait to be accepted after an outage; the kernel caps it at its own limit. */
    private static final int ACCEPT_QUEUE = 4096;

    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final Server server;
    private final RotatingTls tls;
    private final Polls polls;
    private final BlobStreams blobs;
    private final CallDeadlines deadlines;
    private final ExecutorService executor;
    private final EventLoopGroup acceptor;
    private final EventLoopGroup eventLoops;

    /**
     * What the port needs besides its delegates.
     *
     * @param address where to listen; port 0: any free one
     * @param identity the server certificate to begin with
     * @param authority the CA certificate that is announced to clients
     */
    public record Settings(
            InetSocketAddress address,
            ServerIdentity identity,
            X509Certificate authority,
            AgentCertificates certificates,
            InstantSource clock,
            boolean boringSsl) {

        /** With the quickest TLS that this machine has. */
        public static Settings of(
                InetSocketAddress address,
                ServerIdentity identity,
                X509Certificate authority,
                AgentCertificates certificates,
                InstantSource clock) {
            return new Settings(address, identity, authority, certificates, clock, true);
        }
    }

    private AgentPort(Settings settings, Delegates delegates) {
        RotatingTls.Implementation implementation =
                settings.boringSsl() ? RotatingTls.Implementation.best() : RotatingTls.Implementation.JDK;
        InstantSource clock = settings.clock();
        this.tls = new RotatingTls(implementation, settings.identity(), settings.authority());
        this.executor = Executors.newVirtualThreadPerTaskExecutor();
        this.acceptor = new NioEventLoopGroup(1, new DefaultThreadFactory("agents-accept", true));
        this.eventLoops = new NioEventLoopGroup(
                Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
                new DefaultThreadFactory("agents-io", true));
        this.polls = new Polls(delegates, Holds.start(clock), executor);
        this.blobs = BlobStreams.start(delegates.work(), delegates.agents(), clock);
        this.deadlines = CallDeadlines.start(clock);
        Overload overload = new Overload(new SecureRandom());
        Admission admission = new Admission(new Callers(settings.certificates(), delegates.agents(), clock), overload);
        AgentService service = new AgentService(delegates, polls, blobs, overload, clock);
        this.server = NettyServerBuilder.forAddress(settings.address())
                .sslContext(tls)
                .bossEventLoopGroup(acceptor)
                .workerEventLoopGroup(eventLoops)
                .channelType(NioServerSocketChannel.class)
                .withOption(ChannelOption.SO_BACKLOG, ACCEPT_QUEUE)
                .executor(Runnable::run)
                .callExecutor(new CallExecutors(executor))
                .addTransportFilter(admission)
                .intercept(deadlines)
                .intercept(admission) // the last one added is asked first
                .addService(service)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                .maxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_SECONDS)
                .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                .maxConnectionAge(CONNECTION_AGE.toMillis(), MILLISECONDS)
                .maxConnectionAgeGrace(CONNECTION_AGE_GRACE.toMillis(), MILLISECONDS)
                .maxConnectionIdle(CONNECTION_IDLE.toMillis(), MILLISECONDS)
                .handshakeTimeout(HANDSHAKE.toMillis(), MILLISECONDS)
                .permitKeepAliveTime(SHORTEST_KEEPALIVE.toMillis(), MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .build();
        LOG.log(
                Level.INFO,
                () -> "agents' port: TLS 1.3 by "
                        + (implementation == RotatingTls.Implementation.BORINGSSL
                                ? "BoringSSL (netty-tcnative)"
                                : "the JDK; netty-tcnative is not there for this platform, handshakes cost several times as much"));
    }

    /** Opens the port. @throws AgentPortException if the address is taken */
    public static AgentPort start(Settings settings, Delegates delegates) {
        AgentPort port = new AgentPort(settings, delegates);
        try {
            port.server.start();
            return port;
        } catch (IOException e) {
            port.close();
            throw new AgentPortException(
                    "the agents' port " + settings.address() + " cannot be opened (is another hub running?)", e);
        }
    }

    /** The port that is listened on. */
    public int port() {
        return server.getPort();
    }

    /** Something new for this agent: its held poll is answered at once. Never blocks. */
    public void changed(AgentId agent) {
        polls.changed(agent);
    }

    /** Polls that are held just now. */
    public int held() {
        return polls.held();
    }

    /** Streams of blobs that are open just now. */
    public int streams() {
        return blobs.size();
    }

    /** Calls whose request is not complete, or whose answer is not ready. Held polls and streams do not count. */
    int underWay() {
        return deadlines.size();
    }

    /** One look at the held polls, as happens when the next one is due. */
    void lookAtHolds() {
        polls.lookAtHolds();
    }

    /** One look at the open streams, as happens every few seconds. */
    void lookAtStreams() {
        blobs.runOnce();
    }

    /** One look at the calls under way, as happens every few seconds. */
    void lookAtDeadlines() {
        deadlines.runOnce();
    }

    /** New connections get this server certificate from now on. */
    public void replace(ServerIdentity identity) {
        tls.replace(identity);
    }

    /** Answers what is held, lets calls finish for five seconds, then ends them. */
    @Override
    public void close() {
        server.shutdown();
        polls.close();
        try {
            if (!server.awaitTermination(DRAIN.toMillis(), MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(DRAIN.toMillis(), MILLISECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        blobs.close();
        deadlines.close();
        executor.close();
        var _ = acceptor.shutdownGracefully(0, DRAIN.toMillis(), MILLISECONDS); // nothing is left that could fail
        var _ = eventLoops.shutdownGracefully(0, DRAIN.toMillis(), MILLISECONDS);
    }
}
