package io.wherry.hub.agentapi;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.ServerCallStreamObserver;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.v1.Adopted;
import io.wherry.contract.v1.ExportWish;
import io.wherry.contract.v1.PollReply;
import io.wherry.contract.v1.PollRequest;
import io.wherry.hub.agentapi.Holds.Hold;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.Review.Position;
import io.wherry.hub.rollout.Offer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Answers polls: at once where there is something to say or the agent does not wait, otherwise when something changes or the hold ends.
 *
 * <p>An idle poll reads memory only: no database, no signature.
 */
final class Polls implements AutoCloseable {
    private static final HexFormat HEX = HexFormat.of();

    /** A held poll that was answered is followed by the next one after this: the protocol's shortest distance. */
    private static final long HELD_NEXT_MS = 1_000;

    /** Until an agent has told what it runs: soon enough for a person who waits, and a fleet of thousands does not press. */
    private static final long REPORT_NEXT_MS = 3_000;

    private final Delegates delegates;
    private final Holds holds;
    private final Executor executor;

    Polls(Delegates delegates, Holds holds, Executor executor) {
        this.delegates = delegates;
        this.holds = holds;
        this.executor = executor;
        delegates.agents().onChange(this::agentChanged);
    }

    /** @param request within the limits of the protocol */
    void poll(AgentRecord agent, PollRequest request, ServerCallStreamObserver<PollReply> observer) {
        boolean copied = delegates
                .lastSeen()
                .polled(
                        agent.id(),
                        request.getMode().isEmpty() ? "interval" : request.getMode(),
                        request.getIncarnation(),
                        HEX.formatHex(request.getInstance().toByteArray()));
        if (copied || delegates.reviews().isCopied(agent.id())) {
            refuseCopy(agent, request, observer);
            return;
        }
        if (request.getProgressCount() > 0) {
            delegates
                    .reports()
                    .progress(
                            agent.id(),
                            request.getProgressList().stream()
                                    .map(Wire::progress)
                                    .toList());
        }
        if (delegates.reviews().concerns(agent.id(), position(request), adopted(request))) {
            review(agent, request, observer);
        } else if (request.hasFacts()) {
            takeFacts(agent, request, observer);
        } else if (request.getHoldMaxMs() == 0) {
            send(observer, reply(agent.id(), request));
        } else {
            hold(agent.id(), request, observer);
        }
    }

    /** Which of the two is the right one nobody here can know: both are refused, and what they run goes on. */
    private void refuseCopy(AgentRecord agent, PollRequest request, ServerCallStreamObserver<PollReply> observer) {
        observer.setOnCancelHandler(() -> {});
        executor.execute(() -> {
            if (!delegates.reviews().copied(agent.id())) {
                answerUnderReview(agent, request, observer); // what it is held for already comes first
                return;
            }
            holds.release(agent.id()); // the other one's poll
            if (!observer.isCancelled()) {
                observer.onError(Refusal.of(CallReason.AGENT_COPIED));
            }
        });
    }

    /**
     * An agent that may know more than this hub. Where it stands is noted before it hears of our trust root, and away from the event loop; the answer is
     * never held.
     */
    private void review(AgentRecord agent, PollRequest request, ServerCallStreamObserver<PollReply> observer) {
        observer.setOnCancelHandler(() -> {});
        executor.execute(() -> answerUnderReview(agent, request, observer));
    }

    private void answerUnderReview(
            AgentRecord agent, PollRequest request, ServerCallStreamObserver<PollReply> observer) {
        boolean fullReport = delegates.reviews().heard(agent.id(), position(request));
        if (request.hasFacts()) {
            delegates.agents().noteFacts(agent.id(), Wire.facts(request.getFacts()), factsDigest(agent, request));
        }
        PollReply reply = reply(agent.id(), request);
        send(
                observer,
                fullReport
                        ? reply.toBuilder()
                                .setWantFullReport(true)
                                .setNextPollMs(REPORT_NEXT_MS)
                                .build()
                        : reply);
    }

    private static Position position(PollRequest request) {
        Adopted adopted = request.getAdopted(); // absent: zeros
        return new Position(adopted.getEpoch(), adopted.getSequence(), request.getRootVersion());
    }

    private static Optional<Digest> adopted(PollRequest request) {
        return request.hasAdopted()
                ? Optional.of(new Digest(
                        HEX.formatHex(request.getAdopted().getDigest().toByteArray())))
                : Optional.empty();
    }

    /** Facts are written, so this happens away from the event loop; the answer, never held, tells the agent that they are safe. */
    private void takeFacts(AgentRecord agent, PollRequest request, ServerCallStreamObserver<PollReply> observer) {
        observer.setOnCancelHandler(
                () -> {}); // may be set here only, and without one the answer to a cancelled call would throw
        executor.execute(() -> {
            delegates.agents().noteFacts(agent.id(), Wire.facts(request.getFacts()), factsDigest(agent, request));
            send(observer, reply(agent.id(), request));
        });
    }

    /** Held first, looked at afterwards: a change between the two is then never missed. */
    private void hold(AgentId agent, PollRequest request, ServerCallStreamObserver<PollReply> observer) {
        Hold hold = holds.hold(
                agent,
                Duration.ofMillis(request.getHoldMaxMs()),
                () -> executor.execute(() -> answer(agent, request, observer)));
        observer.setOnCancelHandler(() -> holds.drop(hold));
        if (observer.isCancelled()) {
            holds.drop(hold);
        } else if (saysSomething(reply(agent, request), request)) {
            holds.end(hold);
        }
    }

    /** Something new for this agent: its held poll is answered at once. */
    void changed(AgentId agent) {
        holds.release(agent);
    }

    int held() {
        return holds.size();
    }

    void lookAtHolds() {
        holds.runOnce();
    }

    /** A retired agent's poll does not wait for its end. */
    private void agentChanged(AgentId agent) {
        if (!delegates.agents().find(agent).map(AgentRecord::served).orElse(false)) {
            holds.release(agent);
        }
    }

    private void answer(AgentId agent, PollRequest request, ServerCallStreamObserver<PollReply> observer) {
        boolean served = delegates.agents().find(agent).map(AgentRecord::served).orElse(false);
        if (!served) {
            observer.onError(Refusal.of(CallReason.AGENT_RETIRED));
        } else if (delegates.reviews().isCopied(agent)) {
            observer.onError(Refusal.of(CallReason.AGENT_COPIED));
        } else {
            send(observer, reply(agent, request));
        }
    }

    private static void send(ServerCallStreamObserver<PollReply> observer, PollReply reply) {
        if (!observer.isCancelled()) {
            observer.onNext(reply);
            observer.onCompleted();
        }
    }

    private PollReply reply(AgentId agent, PollRequest request) {
        PollReply.Builder reply = PollReply.newBuilder();
        delegates
                .work()
                .newest(agent)
                .filter(offer -> isNews(offer, request))
                .ifPresent(offer -> reply.setAssignment(UnsafeByteOperations.unsafeWrap(offer.envelope())));
        if (wantsFacts(agent, request)) {
            reply.setWantFacts(true);
        }
        long version = delegates.roots().get().version();
        if (version != request.getRootVersion()) {
            reply.setRootVersion(version);
        }
        if (request.getHoldMaxMs() > 0) {
            reply.setNextPollMs(HELD_NEXT_MS);
        }
        delegates.log().above(request.getLogSize()).ifPresent(shown -> {
            reply.setCheckpoint(UnsafeByteOperations.unsafeWrap(shown.envelope()));
            shown.consistency().forEach(step -> reply.addConsistency(ByteString.copyFrom(step.raw())));
        });
        delegates
                .exports()
                .wanted(agent)
                .ifPresent(wish -> reply.setWantExport(ExportWish.newBuilder()
                        .setId(ByteString.copyFrom(HEX.parseHex(wish.id())))
                        .setProject(wish.project())
                        .setCompare(ByteString.copyFrom(wish.compare()))
                        .setAsk(ByteString.copyFrom(wish.ask()))));
        return reply.build();
    }

    private static boolean saysSomething(PollReply reply, PollRequest request) {
        return !reply.getAssignment().isEmpty()
                || reply.getWantFacts()
                || reply.hasWantExport()
                || reply.getRootVersion() > request.getRootVersion();
    }

    /** Newer than what the agent adopted, and not what it refused. */
    private static boolean isNews(Offer offer, PollRequest request) {
        if (request.hasRefused() && same(request.getRefused().getDigest(), offer)) {
            return false;
        }
        Adopted adopted = request.getAdopted(); // absent: epoch 0, older than anything
        return offer.epoch() > adopted.getEpoch()
                || (offer.epoch() == adopted.getEpoch() && offer.sequence() > adopted.getSequence());
    }

    private static boolean same(ByteString digest, Offer offer) {
        return HEX.formatHex(digest.toByteArray()).equals(offer.digest().hex());
    }

    private boolean wantsFacts(AgentId agent, PollRequest request) {
        if (request.hasFacts()) {
            return false; // at most once per poll: otherwise two sides that disagree on the digest would never rest
        }
        Optional<AgentRecord> known = delegates.agents().find(agent);
        return known.isPresent()
                && !known.get()
                        .factsDigest()
                        .equals(HEX.formatHex(request.getReportedFacts().toByteArray()));
    }

    /** The agent's own name for its facts; where it still sends the one before, the digest that it will send next. */
    private static String factsDigest(AgentRecord agent, PollRequest request) {
        String told = HEX.formatHex(request.getReportedFacts().toByteArray());
        if (told.equals(agent.factsDigest()) && agent.facts().sameAs(Wire.facts(request.getFacts()))) {
            return told; // told twice
        }
        return told.isEmpty() || told.equals(agent.factsDigest())
                ? Digest.of(request.getFacts().toBuilder()
                                .clearClockMs()
                                .clearDiskFreeBytes()
                                .build()
                                .toByteArray())
                        .hex()
                : told;
    }

    /** Answers all that are held. */
    @Override
    public void close() {
        holds.close();
    }
}
