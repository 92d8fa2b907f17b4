package io.wherry.hub.agentapi;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import io.wherry.contract.v1.AgentServiceGrpc.AgentServiceImplBase;
import io.wherry.contract.v1.BlobChunk;
import io.wherry.contract.v1.BlobRange;
import io.wherry.contract.v1.EnrolReply;
import io.wherry.contract.v1.EnrolRequest;
import io.wherry.contract.v1.ExportReply;
import io.wherry.contract.v1.ExportRequest;
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
import io.wherry.hub.fleet.AgentCertificates.Chain;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.EnrolOutcome;
import io.wherry.hub.fleet.EnrolReason;
import io.wherry.hub.fleet.Exports.Outcome;
import io.wherry.hub.fleet.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The calls of an agent: gRPC in, our own records to whoever decides, gRPC out. Read this file first.
 *
 * <p>Who calls is known already ({@link Admission}); each method checks the limits of the proto file and hands on.
 */
final class AgentService extends AgentServiceImplBase {
    private static final int DIGEST_BYTES = 32;
    private static final int MAX_BLOBS = 4096;
    private static final int MAX_RECEIPTS = 64;
    private static final int MAX_RECEIPT_BYTES = 350 << 10;

    private static final String FOREIGN_REQUEST = "the signing request is not PKCS#10 signed by this agent's own key";

    private final Delegates delegates;
    private final Recovery recovery;
    private final Polls polls;
    private final BlobStreams blobs;
    private final FailedEnrolments failedEnrolments;
    private final Overload overload;

    AgentService(Delegates delegates, Polls polls, BlobStreams blobs, Overload overload, InstantSource clock) {
        this.delegates = delegates;
        this.recovery = new Recovery(delegates.enrolment(), delegates.agents(), delegates.lastSeen(), clock);
        this.polls = polls;
        this.blobs = blobs;
        this.failedEnrolments = new FailedEnrolments(clock);
        this.overload = overload;
    }

    @Override
    public void enrol(EnrolRequest request, StreamObserver<EnrolReply> observer) {
        Object address = Admission.ADDRESS.get();
        Optional<Duration> wait = failedEnrolments.wait(address);
        if (wait.isPresent()) {
            observer.onError(Refusal.of(CallReason.TOO_MANY_FAILURES, wait.get()));
            return;
        }
        EnrolOutcome outcome =
                overload.work(() -> delegates.enrolment().enrol(Wire.request(request, Wire.host(address))));
        switch (outcome) {
            case EnrolOutcome.Enrolled enrolled ->
                answer(observer, Wire.reply(enrolled, delegates.roots().get().envelopes()));
            case EnrolOutcome.Pending pending -> answer(observer, Wire.reply(pending));
            case EnrolOutcome.Denied() ->
                answer(
                        observer,
                        EnrolReply.newBuilder()
                                .setStatus(EnrolReply.Status.DENIED)
                                .build());
            case EnrolOutcome.Refused(EnrolReason reason, String detail) -> {
                failedEnrolments.failed(address);
                observer.onError(Refusal.of(Status.PERMISSION_DENIED.withDescription(ascii(detail)), reason));
            }
        }
    }

    @Override
    public void roots(RootsRequest request, StreamObserver<RootsReply> observer) {
        List<byte[]> chain = delegates.roots().get().envelopes();
        if (request.getFrom() < 1) {
            observer.onError(Refusal.of(CallReason.BAD_REQUEST, "from: a version of 1 or more"));
            return;
        }
        RootsReply.Builder reply = RootsReply.newBuilder();
        chain.stream()
                .skip(request.getFrom() - 1)
                .limit(Limits.ROOT_CHAIN)
                .forEach(root -> reply.addRoots(UnsafeByteOperations.unsafeWrap(root)));
        answer(observer, reply.build());
    }

    @Override
    public void renew(RenewRequest request, StreamObserver<RenewReply> observer) {
        AgentRecord agent = Admission.AGENT.get();
        delegates.lastSeen().heard(agent.id());
        Optional<Chain> chain = overload.work(
                () -> delegates.enrolment().renew(agent.id(), request.getCsr().toByteArray()));
        if (chain.isEmpty()) {
            observer.onError(Refusal.of(CallReason.BAD_REQUEST, FOREIGN_REQUEST));
            return;
        }
        RenewReply.Builder reply = RenewReply.newBuilder();
        chain.get().der().forEach(der -> reply.addCertificateChain(ByteString.copyFrom(der)));
        answer(observer, reply.build());
    }

    @Override
    public void recover(RecoverRequest request, StreamObserver<RecoverReply> observer) {
        AgentRecord agent = Admission.AGENT.get();
        if (request.getIncarnation() < 1) {
            observer.onError(Refusal.of(CallReason.BAD_REQUEST, "incarnation: 1 or more"));
            return;
        }
        if (delegates.reviews().isCopied(agent.id())) {
            observer.onError(Refusal.of(CallReason.AGENT_COPIED));
            return;
        }
        Recovery.Outcome outcome =
                overload.work(() -> recovery.recover(agent, request.getCsr().toByteArray(), request.getIncarnation()));
        switch (outcome) {
            case Recovery.Outcome.Issued(Chain chain) -> {
                RecoverReply.Builder reply = RecoverReply.newBuilder();
                chain.der().forEach(der -> reply.addCertificateChain(ByteString.copyFrom(der)));
                answer(observer, reply.build());
            }
            case Recovery.Outcome.BadSigningRequest() ->
                observer.onError(Refusal.of(CallReason.BAD_REQUEST, FOREIGN_REQUEST));
            case Recovery.Outcome.Absent(Instant since) -> {
                delegates.reviews().absent(agent.id(), since);
                observer.onError(Refusal.of(CallReason.AGENT_ABSENT));
            }
            case Recovery.Outcome.PutBack() -> {
                delegates.reviews().copied(agent.id());
                observer.onError(Refusal.of(CallReason.AGENT_COPIED));
            }
        }
    }

    @Override
    public void poll(PollRequest request, StreamObserver<PollReply> observer) {
        AgentRecord agent = Admission.AGENT.get();
        Optional<String> problem = Wire.problem(request);
        if (problem.isPresent()) {
            observer.onError(Refusal.of(CallReason.BAD_REQUEST, problem.get()));
            return;
        }
        overload.run(() -> polls.poll(agent, request, (ServerCallStreamObserver<PollReply>) observer));
    }

    @Override
    public void fetchBlobs(FetchBlobsRequest request, StreamObserver<BlobChunk> observer) {
        AgentRecord agent = Admission.AGENT.get();
        if (request.getBlobsCount() > MAX_BLOBS
                || request.getBlobsList().stream().anyMatch(range -> !isValid(range))) {
            observer.onError(Refusal.of(
                    CallReason.BAD_REQUEST,
                    "blobs: at most 4096, each a digest of 32 bytes and an offset of 0 or more"));
            return;
        }
        delegates.lastSeen().heard(agent.id());
        blobs.open(agent, request, (ServerCallStreamObserver<BlobChunk>) observer);
    }

    @Override
    public void report(ReportRequest request, StreamObserver<ReportReply> observer) {
        AgentRecord agent = Admission.AGENT.get();
        if (overload.shedsReports()) {
            observer.onError(overload.refusal());
            return;
        }
        if (request.getReceiptsCount() > MAX_RECEIPTS
                || request.getReceiptsList().stream().anyMatch(receipt -> receipt.size() > MAX_RECEIPT_BYTES)) {
            observer.onError(Refusal.of(CallReason.BAD_REQUEST, "receipts: at most 64, each at most 350 KiB"));
            return;
        }
        delegates.lastSeen().heard(agent.id());
        if (delegates.reviews().isCopied(agent.id())) {
            observer.onError(Refusal.of(CallReason.AGENT_COPIED)); // they stay in the outbox of whoever sends them
            return;
        }
        List<byte[]> envelopes =
                request.getReceiptsList().stream().map(ByteString::toByteArray).toList();
        List<Digest> accepted = envelopes.isEmpty()
                ? List.of()
                : overload.work(() -> delegates.reports().receipts(agent.id(), envelopes));
        ReportReply.Builder reply = ReportReply.newBuilder();
        accepted.forEach(digest -> reply.addAccepted(ByteString.copyFrom(digest.raw())));
        answer(observer, reply.build());
    }

    @Override
    public void export(ExportRequest request, StreamObserver<ExportReply> observer) {
        AgentRecord agent = Admission.AGENT.get();
        Optional<String> problem = Wire.problem(request);
        if (problem.isPresent()) {
            observer.onError(Refusal.of(CallReason.BAD_REQUEST, problem.get()));
            return;
        }
        delegates.lastSeen().heard(agent.id());
        delegates
                .exports()
                .answer(
                        agent.id(),
                        HexFormat.of().formatHex(request.getId().toByteArray()),
                        request.getReason().isEmpty()
                                ? new Outcome.Answered(request.getContent().toByteArray())
                                : new Outcome.Refused(request.getReason(), request.getDetail()));
        answer(observer, ExportReply.getDefaultInstance());
    }

    private static boolean isValid(BlobRange range) {
        return range.getDigest().size() == DIGEST_BYTES && range.getOffset() >= 0;
    }

    private static <R> void answer(StreamObserver<R> observer, R reply) {
        observer.onNext(reply);
        observer.onCompleted();
    }

    /** Status texts travel percent-encoded; some clients show them raw, so they stay ASCII. */
    private static String ascii(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
