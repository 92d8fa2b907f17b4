package io.wherry.hub.agentapi;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.wherry.contract.AgentId;
import io.wherry.contract.v1.AgentServiceGrpc;
import io.wherry.contract.v1.AgentServiceGrpc.AgentServiceBlockingStub;
import io.wherry.contract.v1.AgentServiceGrpc.AgentServiceStub;
import io.wherry.contract.v1.PollReply;
import io.wherry.contract.v1.PollRequest;
import io.wherry.hub.fleet.TestDevice;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;

/** The raw generated stub over real TLS, as an agent of any language would call. */
final class TestAgent implements AutoCloseable {
    private final ManagedChannel channel;
    private final Optional<Identity> identity;

    /** Who calls: its keys and the chain in DER. */
    record Identity(AgentId id, TestDevice device, List<byte[]> chain) {
        X509Certificate[] certificates() {
            return chain.stream().map(Identity::certificate).toArray(X509Certificate[]::new);
        }

        private static X509Certificate certificate(byte[] der) {
            try {
                return (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            } catch (CertificateException e) {
                throw new AssertionError(e);
            }
        }
    }

    TestAgent(int port, X509Certificate authority, Optional<Identity> identity) {
        this.identity = identity;
        try {
            SslContextBuilder tls =
                    GrpcSslContexts.forClient().protocols("TLSv1.3").trustManager(authority);
            identity.ifPresent(
                    who -> tls.keyManager(new OneKey(who.device().keys().getPrivate(), who.certificates())));
            channel = NettyChannelBuilder.forAddress("localhost", port)
                    .sslContext(tls.build())
                    .build();
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    AgentId id() {
        return identity.orElseThrow().id();
    }

    TestDevice device() {
        return identity.orElseThrow().device();
    }

    ManagedChannel channel() {
        return channel;
    }

    AgentServiceBlockingStub calls() {
        return AgentServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, SECONDS);
    }

    AgentServiceStub async() {
        return AgentServiceGrpc.newStub(channel);
    }

    static PollRequest.Builder request() {
        return PollRequest.newBuilder()
                .setRootVersion(1)
                .setIncarnation(1)
                .setInstance(ByteString.copyFrom(new byte[16]))
                .setMode("held");
    }

    PollReply poll(PollRequest.Builder request) {
        return calls().poll(request.build());
    }

    /** A poll that the hub may hold; the future is done when it answers. */
    CompletableFuture<PollReply> hold(PollRequest.Builder request) {
        Collected<PollReply> reply = new Collected<>();
        async().poll(request.setHoldMaxMs(240_000).build(), reply);
        return reply.done().thenApply(List::getFirst);
    }

    /** The reason code of a refused call; {@code -} if it had none. */
    static String reason(StatusRuntimeException refused) {
        String reason =
                refused.getTrailers() == null ? null : refused.getTrailers().get(Refusal.REASON);
        return reason == null ? "-" : reason;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
