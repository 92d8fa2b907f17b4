package io.wherry.e2e.bench;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.wherry.contract.v1.Adopted;
import io.wherry.contract.v1.AgentServiceGrpc;
import io.wherry.contract.v1.Facts;
import io.wherry.contract.v1.PollReply;
import io.wherry.contract.v1.PollRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executor;

/** One agent as the hub sees it: its own key, certificate and connection, over the raw generated stub. */
final class BenchAgent {
    private static final ByteString DIGEST = ByteString.copyFrom(new byte[32]);

    private final SslContext tls;
    private final int port;
    private final EventLoopGroup eventLoops;
    private final Executor executor;

    private BenchAgent(SslContext tls, int port, EventLoopGroup eventLoops, Executor executor) {
        this.tls = tls;
        this.port = port;
        this.eventLoops = eventLoops;
        this.executor = executor;
    }

    static List<BenchAgent> readAll(Path folder, int port, EventLoopGroup eventLoops, Executor executor)
            throws IOException, GeneralSecurityException {
        X509Certificate authority = certificate(Files.readAllBytes(folder.resolve("ca.der")));
        List<BenchAgent> agents = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("identities"))) {
            String[] parts = line.split(" ", -1);
            var key = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(parts[0])));
            SslContext tls = GrpcSslContexts.forClient()
                    .protocols("TLSv1.3")
                    .trustManager(authority)
                    .keyManager(key, certificate(Base64.getDecoder().decode(parts[1])))
                    .build();
            agents.add(new BenchAgent(tls, port, eventLoops, executor));
        }
        return agents;
    }

    private static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    ManagedChannel connect() {
        return NettyChannelBuilder.forAddress("localhost", port)
                .sslContext(tls)
                .eventLoopGroup(eventLoops)
                .channelType(NioSocketChannel.class)
                .executor(executor)
                .build();
    }

    /** An idle poll with every field that a working agent fills. */
    static PollRequest idle(long sequence, long holdMs) {
        return PollRequest.newBuilder()
                .setAdopted(
                        Adopted.newBuilder().setEpoch(1).setSequence(sequence).setDigest(DIGEST))
                .setRootVersion(1)
                .setIncarnation(3)
                .setInstance(ByteString.copyFrom(new byte[16]))
                .setReportedState(DIGEST)
                .setReportedFacts(DIGEST)
                .setHoldMaxMs(holdMs)
                .setLogSize(123_456)
                .setMode(holdMs > 0 ? "held" : "interval")
                .build();
    }

    /** The first poll of an agent tells its facts. */
    static PollRequest first() {
        return idle(1, 0).toBuilder()
                .setFacts(Facts.newBuilder().setRuntime("docker").setAgentVersion("0.1.0"))
                .build();
    }

    static void poll(ManagedChannel channel, PollRequest request, StreamObserver<PollReply> observer) {
        AgentServiceGrpc.newStub(channel).poll(request, observer);
    }

    static PollReply poll(ManagedChannel channel, PollRequest request) {
        return AgentServiceGrpc.newBlockingStub(channel).poll(request);
    }
}
