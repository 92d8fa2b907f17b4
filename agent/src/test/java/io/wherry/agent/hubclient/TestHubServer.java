package io.wherry.agent.hubclient;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.StreamObserver;
import io.wherry.contract.Digest;
import io.wherry.contract.v1.AgentServiceGrpc;
import io.wherry.contract.v1.BlobChunk;
import io.wherry.contract.v1.BlobRange;
import io.wherry.contract.v1.FetchBlobsRequest;
import io.wherry.contract.v1.PollReply;
import io.wherry.contract.v1.PollRequest;
import io.wherry.contract.v1.RecoverReply;
import io.wherry.contract.v1.RecoverRequest;
import io.wherry.contract.v1.RenewReply;
import io.wherry.contract.v1.RenewRequest;
import io.wherry.contract.v1.ReportReply;
import io.wherry.contract.v1.ReportRequest;
import io.wherry.contract.v1.RootsReply;
import io.wherry.contract.v1.RootsRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** The hub's side over real TLS on loopback, as little as the client needs. */
public final class TestHubServer extends AgentServiceGrpc.AgentServiceImplBase implements AutoCloseable {
    static final int CHUNK_BYTES = 1000;

    public final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    final AtomicLong sentBytes = new AtomicLong();
    public volatile Function<PollRequest, PollReply> onPoll = _ -> PollReply.getDefaultInstance();
    /** Gives the chain for a signing request, in DER; throws what the hub would answer instead. */
    public volatile Function<byte[], List<byte[]>> onRenew = _ -> {
        throw Status.UNIMPLEMENTED.asRuntimeException();
    };
    /** The same, for a certificate that has ended. */
    public volatile Function<byte[], List<byte[]>> onRecover = onRenew;
    /** The chain, version 1 first. */
    public volatile List<byte[]> roots = List.of();
    /** A stream is cut after so many chunks; 0: never. */
    volatile int cutAfterChunks;

    /** Every message that came, as bytes. */
    public final List<byte[]> heard = new CopyOnWriteArrayList<>();

    private final String host;
    private final Server server;
    private final TlsFront front;

    public TestHubServer(DeviceCertificate certificate, DeviceCertificate clients) throws Exception {
        this(certificate, clients, "127.0.0.1");
    }

    /** @param host an address of the loopback, as it is written before a port */
    TestHubServer(DeviceCertificate certificate, DeviceCertificate clients, String host) throws Exception {
        this.host = host;
        server = OkHttpServerBuilder.forPort(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), InsecureServerCredentials.create())
                .addService(this)
                .intercept(new Hearing())
                .build()
                .start();
        front = new TlsFront(certificate, clients.chain().getLast(), InetAddress.getByName(host), server.getPort());
    }

    private final class Hearing implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
                @Override
                public void onMessage(Q message) {
                    heard.add(((MessageLite) message).toByteArray());
                    super.onMessage(message);
                }
            };
        }
    }

    String protocol() {
        return front.protocol;
    }

    String peer() {
        return front.peer;
    }

    /** Of the first that connects; empty if nobody does for half a minute. */
    String awaitPeer() throws InterruptedException {
        for (int look = 0; front.peer.isEmpty() && look < 600; look++) {
            Thread.sleep(50);
        }
        return front.peer;
    }

    public String address() {
        return host + ":" + front.port();
    }

    @Override
    public void poll(PollRequest request, StreamObserver<PollReply> reply) {
        try {
            reply.onNext(onPoll.apply(request));
            reply.onCompleted();
        } catch (RuntimeException e) {
            reply.onError(e);
        }
    }

    @Override
    public void roots(RootsRequest request, StreamObserver<RootsReply> reply) {
        RootsReply.Builder chain = RootsReply.newBuilder();
        roots.stream().skip(request.getFrom() - 1).forEach(root -> chain.addRoots(ByteString.copyFrom(root)));
        reply.onNext(chain.build());
        reply.onCompleted();
    }

    @Override
    public void renew(RenewRequest request, StreamObserver<RenewReply> reply) {
        try {
            RenewReply.Builder chain = RenewReply.newBuilder();
            onRenew.apply(request.getCsr().toByteArray())
                    .forEach(der -> chain.addCertificateChain(ByteString.copyFrom(der)));
            reply.onNext(chain.build());
            reply.onCompleted();
        } catch (RuntimeException e) {
            reply.onError(e);
        }
    }

    @Override
    public void recover(RecoverRequest request, StreamObserver<RecoverReply> reply) {
        try {
            RecoverReply.Builder chain = RecoverReply.newBuilder();
            onRecover
                    .apply(request.getCsr().toByteArray())
                    .forEach(der -> chain.addCertificateChain(ByteString.copyFrom(der)));
            reply.onNext(chain.build());
            reply.onCompleted();
        } catch (RuntimeException e) {
            reply.onError(e);
        }
    }

    @Override
    public void fetchBlobs(FetchBlobsRequest request, StreamObserver<BlobChunk> chunks) {
        int sent = 0;
        for (BlobRange range : request.getBlobsList()) {
            byte[] blob = blobs.get(Digest.ofRaw(range.getDigest().toByteArray()));
            if (blob == null) {
                chunks.onNext(BlobChunk.newBuilder()
                        .setDigest(range.getDigest())
                        .setSize(-1)
                        .build());
                continue;
            }
            for (int at = (int) range.getOffset(); at < blob.length; at += CHUNK_BYTES) {
                int length = Math.min(CHUNK_BYTES, blob.length - at);
                chunks.onNext(BlobChunk.newBuilder()
                        .setDigest(range.getDigest())
                        .setOffset(at)
                        .setSize(blob.length)
                        .setData(ByteString.copyFrom(blob, at, length))
                        .build());
                sentBytes.addAndGet(length);
                sent++;
                if (cutAfterChunks > 0 && sent >= cutAfterChunks) {
                    chunks.onError(Status.UNAVAILABLE.withDescription("cut").asRuntimeException());
                    return;
                }
            }
        }
        chunks.onCompleted();
    }

    @Override
    public void report(ReportRequest request, StreamObserver<ReportReply> reply) {
        ReportReply.Builder accepted = ReportReply.newBuilder();
        for (ByteString receipt : request.getReceiptsList()) {
            accepted.addAccepted(
                    ByteString.copyFrom(Digest.of(receipt.toByteArray()).raw()));
        }
        reply.onNext(accepted.build());
        reply.onCompleted();
    }

    @Override
    public void close() throws IOException {
        front.close();
        server.shutdownNow();
    }
}
