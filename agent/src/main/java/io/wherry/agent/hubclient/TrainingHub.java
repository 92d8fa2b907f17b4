package io.wherry.agent.hubclient;

import com.google.protobuf.ByteString;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.StreamObserver;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.v1.AgentServiceGrpc;
import io.wherry.contract.v1.BlobChunk;
import io.wherry.contract.v1.BlobRange;
import io.wherry.contract.v1.FetchBlobsRequest;
import io.wherry.contract.v1.PollReply;
import io.wherry.contract.v1.PollRequest;
import io.wherry.contract.v1.ReportReply;
import io.wherry.contract.v1.ReportRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;

/**
 * Answers agents whose class caches are being made as a hub would: mutual TLS, an assignment for each cycle and what it names, every receipt accepted. On the
 * loopback, one agent after the other.
 *
 * <p>At another port it stands in for the API server of a cluster: it speaks TLS 1.3 and HTTP/2 as one does, and has nothing that is asked for. What an agent
 * needs to reach one is loaded then, and that is nearly all that is a cluster's alone.
 */
public final class TrainingHub extends AgentServiceGrpc.AgentServiceImplBase implements AutoCloseable {
    private final Queue<byte[]> assignments = new ConcurrentLinkedQueue<>();
    private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    private final Server server;
    private final TrainingFront front;
    private final TrainingFront cluster;

    /** @param tls with the hub's certificate for 127.0.0.1, and trust in the agents' CA */
    public TrainingHub(SSLContext tls) throws IOException {
        server = OkHttpServerBuilder.forPort(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), InsecureServerCredentials.create())
                .addService(this)
                .build()
                .start();
        front = new TrainingFront(tls, server.getPort(), true);
        cluster = new TrainingFront(tls, server.getPort(), false);
    }

    public String address() {
        return "127.0.0.1:" + front.port();
    }

    /** @return of what answers in the place of an API server */
    public String clusterAddress() {
        return "https://127.0.0.1:" + cluster.port();
    }

    /** What a poll is answered with: one after the other, each once. After the last: nothing newer. */
    public void offer(byte[] envelope) {
        assignments.add(envelope.clone());
    }

    /** Content that assignments name. */
    public void keep(Map<Digest, byte[]> content) {
        blobs.putAll(content);
    }

    @Override
    public void poll(PollRequest request, StreamObserver<PollReply> reply) {
        byte[] next = assignments.poll();
        reply.onNext(PollReply.newBuilder()
                .setAssignment(next == null ? ByteString.EMPTY : ByteString.copyFrom(next))
                .setWantFacts(true)
                .build());
        reply.onCompleted();
    }

    @Override
    public void fetchBlobs(FetchBlobsRequest request, StreamObserver<BlobChunk> reply) {
        for (BlobRange range : request.getBlobsList()) {
            byte[] blob = blobs.get(Digest.ofRaw(range.getDigest().toByteArray()));
            BlobChunk.Builder chunk = BlobChunk.newBuilder().setDigest(range.getDigest());
            reply.onNext(
                    blob == null
                            ? chunk.setSize(-1).build()
                            : chunk.setSize(blob.length)
                                    .setData(ByteString.copyFrom(blob))
                                    .build());
        }
        reply.onCompleted();
    }

    @Override
    public void report(ReportRequest request, StreamObserver<ReportReply> reply) {
        ReportReply.Builder accepted = ReportReply.newBuilder();
        for (ByteString receipt : request.getReceiptsList()) {
            accepted.addAccepted(ByteString.copyFrom(
                    Envelope.parse(receipt.toByteArray()).digest().raw()));
        }
        reply.onNext(accepted.build());
        reply.onCompleted();
    }

    @Override
    public void close() throws IOException {
        front.close();
        cluster.close();
        server.shutdownNow();
    }
}
