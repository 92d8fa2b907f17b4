package io.wherry.e2e.bench;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.wherry.contract.Assignment;
import io.wherry.contract.Envelope;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.v1.Adopted;
import io.wherry.contract.v1.PollReply;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;

/** An agent that polls again whenever it is answered, and adopts whatever it is offered. It applies nothing. */
final class HeldAgent implements StreamObserver<PollReply>, AutoCloseable {
    private final ManagedChannel channel;
    private final BiFunction<Adopted, ByteString, Adopted> adopt;
    private volatile Adopted adopted = BenchAgent.idle(1, 0).getAdopted();
    private volatile long holdMs;
    private volatile CountDownLatch changed = new CountDownLatch(1);

    private HeldAgent(ManagedChannel channel, long holdMs, BiFunction<Adopted, ByteString, Adopted> adopt) {
        this.channel = channel;
        this.holdMs = holdMs;
        this.adopt = adopt;
    }

    /**
     * Tells its facts, and polls from then on.
     *
     * @param adopt what is adopted after an offer, given what was adopted before and the offered envelope
     */
    static HeldAgent start(ManagedChannel channel, long holdMs, BiFunction<Adopted, ByteString, Adopted> adopt) {
        HeldAgent agent = new HeldAgent(channel, holdMs, adopt);
        BenchAgent.poll(channel, BenchAgent.first());
        agent.hold();
        return agent;
    }

    /** Offers whose content is of no interest: each is the next number. */
    static Adopted counted(Adopted before, ByteString envelope) {
        return before.toBuilder().setSequence(before.getSequence() + 1).build();
    }

    /** Offers of a real hub, read and not verified. */
    static Adopted read(Adopted before, ByteString envelope) {
        byte[] payload = Envelope.parse(envelope.toByteArray()).payload();
        Assignment assignment = Assignment.parse(JsonReader.statement(payload, payload.length));
        return Adopted.newBuilder()
                .setEpoch(assignment.epoch())
                .setSequence(assignment.sequence())
                .setDigest(ByteString.copyFrom(
                        Envelope.parse(envelope.toByteArray()).digest().raw()))
                .build();
    }

    /** For how long its polls may be held, from the next one on. */
    void holdFor(long millis) {
        holdMs = millis;
    }

    /** Opens when the agent is offered something the next time. */
    CountDownLatch nextChange() {
        CountDownLatch next = new CountDownLatch(1);
        changed = next;
        return next;
    }

    private void hold() {
        BenchAgent.poll(
                channel,
                BenchAgent.idle(1, holdMs).toBuilder().setAdopted(adopted).build(),
                this);
    }

    @Override
    public void onNext(PollReply reply) {
        if (!reply.getAssignment().isEmpty()) {
            adopted = adopt.apply(adopted, reply.getAssignment());
            changed.countDown();
        }
    }

    @Override
    public void onError(Throwable cause) {
        if (!channel.isShutdown()) {
            System.err.println("held poll failed: " + cause);
        }
    }

    @Override
    public void onCompleted() {
        hold();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
