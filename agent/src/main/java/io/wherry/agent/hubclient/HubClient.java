package io.wherry.agent.hubclient;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import io.wherry.contract.v1.AgentServiceGrpc.AgentServiceBlockingStub;
import io.wherry.contract.v1.BlobChunk;
import io.wherry.contract.v1.BlobRange;
import io.wherry.contract.v1.ExportRequest;
import io.wherry.contract.v1.ExportWish;
import io.wherry.contract.v1.FetchBlobsRequest;
import io.wherry.contract.v1.PollReply;
import io.wherry.contract.v1.RecoverRequest;
import io.wherry.contract.v1.RenewRequest;
import io.wherry.contract.v1.ReportRequest;
import io.wherry.contract.v1.RootsRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The agent's side of the protocol, for a device with a certificate. Calls block; several threads may call at once.
 *
 * <p>Nothing thrown for what a network does: every outcome is a value. After a failed call the next one goes to the next of the hub's addresses.
 */
public final class HubClient implements AutoCloseable {
    private static final Logger LOG = System.getLogger(HubClient.class.getName());

    /** The hub answers any call that it does not hold within this. */
    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
    /** How much longer than the hold the answer may take. */
    private static final Duration AFTER_HOLD = Duration.ofSeconds(30);

    private static final int DIGEST_BYTES = 32;
    /** As the protocol says. */
    private static final int MAX_STREAMS = 2;
    /** 2 KiB/s: a slow satellite link does better; whatever does worse is no link but a way to hold the stream open. */
    private static final long MIN_BYTES_PER_SECOND = 2 << 10;

    private static final long MAX_REPLY_MS = Duration.ofHours(24).toMillis();

    private final Links links;
    private final long incarnation;
    private final ByteString instance;
    private final Semaphore streams = new Semaphore(MAX_STREAMS);
    private final HeldPoll held = new HeldPoll();

    /**
     * @param incarnation starts of this state folder, counted durably
     * @param instance    16 bytes drawn at this start
     */
    public HubClient(Links links, long incarnation, byte[] instance) {
        this.links = links;
        this.incarnation = incarnation;
        this.instance = ByteString.copyFrom(instance);
    }

    /** Asks for news. Blocks for as long as the hold and a little more, unless it is given up. */
    public Polled poll(Supplier<PollAsk> ask, PollMode mode) {
        return held.during(() -> poll(ask.get(), mode));
    }

    /** Gives up a poll, which the hub may be holding. From any thread. @return whether there was one */
    public boolean giveUpPoll() {
        return held.giveUp();
    }

    /** The same, to its end. */
    public Polled poll(PollAsk ask, PollMode mode) {
        var request = ask.toWire()
                .setIncarnation(incarnation)
                .setInstance(instance)
                .setMode(mode.wire())
                .build();
        Duration limit = ask.hold().isZero() ? CALL_LIMIT : ask.hold().plus(AFTER_HOLD);
        return call(
                limit,
                stub -> polled(stub.poll(request)),
                no -> new Polled.Refused(no.reason(), no.detail()),
                none -> new Polled.Unreachable(none.trouble(), none.why(), none.retryAfter()));
    }

    private Polled polled(PollReply reply) {
        long next = Math.clamp(reply.getNextPollMs(), 0, MAX_REPLY_MS);
        Polled.Wishes wishes = new Polled.Wishes(
                next == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(next)),
                reply.getWantFacts(),
                reply.getWantFullReport(),
                reply.getRootVersion(),
                log(reply),
                export(reply));
        if (reply.getAssignment().isEmpty()) {
            return new Polled.UpToDate(wishes);
        }
        return links.doubt()
                .<Polled>map(why -> new Polled.Doubted(why + "; nothing new is adopted until they agree", wishes))
                .orElseGet(() -> new Polled.Offered(reply.getAssignment().toByteArray(), wishes));
    }

    private static Optional<Polled.Log> log(PollReply reply) {
        if (reply.getCheckpoint().isEmpty()
                || reply.getConsistencyList().stream().anyMatch(step -> step.size() != DIGEST_BYTES)) {
            return Optional.empty();
        }
        return Optional.of(new Polled.Log(
                reply.getCheckpoint().toByteArray(),
                reply.getConsistencyList().stream()
                        .map(step -> Digest.ofRaw(step.toByteArray()))
                        .toList()));
    }

    /** One that breaks the protocol's limits is as if nobody asked. */
    private static Optional<Polled.ExportWish> export(PollReply reply) {
        ExportWish wish = reply.getWantExport();
        return reply.hasWantExport()
                        && wish.getId().size() == ExportAnswer.ID_BYTES
                        && wish.getCompare().size() <= Limits.COMPARE_BYTES
                        && wish.getAsk().size() <= Limits.QUESTION_BYTES
                ? Optional.of(new Polled.ExportWish(
                        HexFormat.of().formatHex(wish.getId().toByteArray()),
                        wish.getProject(),
                        wish.getCompare().toByteArray(),
                        wish.getAsk().toByteArray()))
                : Optional.empty();
    }

    /** Answers what an operator asked. @return why it did not arrive; empty if it did */
    public Optional<String> export(ExportAnswer answer) {
        ExportRequest request = answer.toWire();
        return call(
                CALL_LIMIT,
                stub -> {
                    stub.export(request);
                    return Optional.empty();
                },
                no -> Optional.of(no.reason() + ": " + no.detail()),
                none -> Optional.of(none.trouble().code() + ": " + none.why()));
    }

    /** Why the dates of the hub's certificate do not fit this site's clock as it is now; empty if they do. */
    public Optional<String> doubt() {
        return links.doubt();
    }

    /** Fetches blobs in one stream and hands each chunk to the sink. */
    public Fetched fetch(List<Fetched.Wanted> wanted, Fetched.Sink sink) {
        if (wanted.size() > Fetched.MAX_BLOBS) {
            throw new IllegalArgumentException(
                    "wanted: " + wanted.size() + " (expected: at most " + Fetched.MAX_BLOBS + ")");
        }
        FetchBlobsRequest.Builder request = FetchBlobsRequest.newBuilder();
        long bytes = 0;
        for (Fetched.Wanted blob : wanted) {
            request.addBlobs(
                    BlobRange.newBuilder().setDigest(PollAsk.raw(blob.digest())).setOffset(blob.offset()));
            bytes += blob.expectedBytes();
        }
        Duration limit = CALL_LIMIT.plusSeconds(bytes / MIN_BYTES_PER_SECOND);
        streams.acquireUninterruptibly();
        try {
            return call(
                    limit,
                    stub -> receive(stub, request.build(), sink),
                    no -> new Fetched.Refused(no.reason(), no.detail()),
                    none -> new Fetched.Cut(none.trouble(), none.why(), none.retryAfter()));
        } finally {
            streams.release();
        }
    }

    private static Fetched receive(AgentServiceBlockingStub stub, FetchBlobsRequest request, Fetched.Sink sink) {
        Set<Digest> unavailable = new HashSet<>();
        Context.CancellableContext stream = Context.current().withCancellation();
        Context before = stream.attach();
        try {
            Iterator<BlobChunk> chunks = stub.fetchBlobs(request);
            while (chunks.hasNext()) {
                BlobChunk chunk = chunks.next();
                Digest digest = Digest.ofRaw(chunk.getDigest().toByteArray());
                if (chunk.getSize() < 0) {
                    unavailable.add(digest);
                } else if (!sink.chunk(
                        digest, chunk.getOffset(), chunk.getData().toByteArray(), chunk.getSize())) {
                    return new Fetched.Cut(
                            Trouble.PROTOCOL_MISMATCH,
                            "the hub sent bytes that do not fit what was asked for",
                            Optional.empty());
                }
            }
            return new Fetched.Complete(unavailable);
        } catch (IllegalArgumentException e) {
            return new Fetched.Cut(
                    Trouble.PROTOCOL_MISMATCH, "the hub sent a chunk without a digest", Optional.empty());
        } finally {
            stream.detach(before);
            stream.cancel(null); // ends the stream where it was left early
        }
    }

    /**
     * Delivers receipts.
     *
     * @param receipts DSSE envelopes, at most 64
     */
    public Delivered report(List<byte[]> receipts) {
        ReportRequest.Builder request = ReportRequest.newBuilder();
        receipts.forEach(receipt -> request.addReceipts(ByteString.copyFrom(receipt)));
        return call(
                CALL_LIMIT,
                stub -> {
                    Set<Digest> accepted = new HashSet<>();
                    for (ByteString digest : stub.report(request.build()).getAcceptedList()) {
                        accepted.add(Digest.ofRaw(digest.toByteArray()));
                    }
                    return new Delivered.Accepted(accepted);
                },
                no -> new Delivered.Refused(no.reason(), no.detail()),
                none -> new Delivered.Unreachable(none.trouble(), none.why(), none.retryAfter()));
    }

    /** Asks for a new certificate for the same key. */
    public Renewed renew(byte[] signingRequest) {
        RenewRequest request = RenewRequest.newBuilder()
                .setCsr(ByteString.copyFrom(signingRequest))
                .build();
        return certificate(stub -> stub.renew(request).getCertificateChainList());
    }

    /** The same, after the present one has ended. */
    public Renewed recover(byte[] signingRequest) {
        RecoverRequest request = RecoverRequest.newBuilder()
                .setCsr(ByteString.copyFrom(signingRequest))
                .setIncarnation(incarnation)
                .build();
        return certificate(stub -> stub.recover(request).getCertificateChainList());
    }

    private Renewed certificate(Function<AgentServiceBlockingStub, List<ByteString>> call) {
        return call(
                CALL_LIMIT,
                stub -> {
                    try {
                        return new Renewed.Issued(Certificates.ofWire(call.apply(stub)));
                    } catch (CertificateException e) {
                        return new Renewed.Unreachable(
                                Trouble.PROTOCOL_MISMATCH, "the hub sent no certificate: " + e.getMessage());
                    }
                },
                no -> new Renewed.Refused(no.reason(), no.detail()),
                none -> new Renewed.Unreachable(none.trouble(), none.why()));
    }

    /** Asks for the trust roots from a version on. */
    public RootsAnswer roots(long from) {
        return call(
                CALL_LIMIT,
                stub -> new RootsAnswer.Here(roots(stub, from)),
                no -> new RootsAnswer.NotNow(no.reason(), no.detail()),
                none -> new RootsAnswer.NotNow(none.trouble().code(), none.why()));
    }

    /**
     * Asks for trust roots without knowing who answers: for a hub whose certificate comes from an authority that this site has not heard of yet.
     * The chain proves itself; no certificate is shown and nothing is told.
     *
     * @return the first answer with a root in it; empty where no address has any
     */
    public List<byte[]> rootsOfAnyone(long from) {
        for (String address : links.addresses()) {
            Links.Link link = links.toAnyone(address);
            try {
                List<byte[]> roots = roots(link.stub().withDeadlineAfter(CALL_LIMIT.toNanos(), NANOSECONDS), from);
                if (!roots.isEmpty()) {
                    return roots;
                }
            } catch (StatusRuntimeException e) {
                LOG.log(Level.DEBUG, () -> "hub " + address + ": no trust roots: " + e.getStatus());
            } finally {
                link.channel().shutdownNow();
            }
        }
        return List.of();
    }

    private static List<byte[]> roots(AgentServiceBlockingStub stub, long from) {
        return stub.roots(RootsRequest.newBuilder().setFrom(from).build()).getRootsList().stream()
                .map(ByteString::toByteArray)
                .toList();
    }

    private static Metadata trailers(StatusRuntimeException e) {
        return e.getTrailers() == null ? new Metadata() : e.getTrailers();
    }

    /** Uses a new certificate from the next call on. */
    public void useCertificate(DeviceCertificate certificate) {
        links.useCertificate(certificate);
    }

    private <T> T call(
            Duration limit,
            Function<AgentServiceBlockingStub, T> call,
            Function<Failure.No, T> refused,
            Function<Failure.NoAnswer, T> unanswered) {
        Optional<Links.Link> open = links.current();
        if (open.isEmpty()) {
            return unanswered.apply(
                    new Failure.NoAnswer(Trouble.HUB_UNREACHABLE, "this agent is stopping", Optional.empty()));
        }
        Links.Link link = open.get();
        try {
            return call.apply(link.stub().withDeadlineAfter(limit.toNanos(), NANOSECONDS));
        } catch (StatusRuntimeException e) {
            return switch (Failure.of(link.address(), e.getStatus(), trailers(e))) {
                case Failure.No no -> refused.apply(no);
                case Failure.NoAnswer none -> {
                    if (!Context.current().isCancelled()) { // else nothing is wrong with the link
                        links.failed(link);
                    }
                    yield unanswered.apply(none);
                }
            };
        }
    }

    @Override
    public void close() {
        links.close();
    }
}
