package io.wherry.hub.agentapi;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.wherry.base.Loop;
import io.wherry.contract.v1.AgentServiceGrpc;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Ends calls that take too long, whatever deadline the client set: a request must be complete, and an ordinary answer given, within
 * {@link #LIMIT}. A poll is timed until its request is in (then {@link Holds} knows its end), a stream of blobs likewise (then its rate counts).
 */
final class CallDeadlines implements ServerInterceptor, AutoCloseable {
    /** A megabyte of receipts over a 256 kbit/s link. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    /** How late a call may be ended; looking costs microseconds. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final ConcurrentMap<GuardedCall<?, ?>, Long> open = new ConcurrentHashMap<>();
    private final Loop loop;

    private CallDeadlines(InstantSource clock) {
        this.clock = clock;
        this.loop = Loop.start("call-deadlines", LOOK, this::runOnce);
    }

    static CallDeadlines start(InstantSource clock) {
        return new CallDeadlines(clock);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        GuardedCall<Q, R> guarded = new GuardedCall<>(call);
        boolean untilRequest = call.getMethodDescriptor().getType() != MethodType.UNARY
                || call.getMethodDescriptor()
                        .getFullMethodName()
                        .equals(AgentServiceGrpc.getPollMethod().getFullMethodName());
        open.put(guarded, clock.millis());
        return new SimpleForwardingServerCallListener<>(next.startCall(guarded, headers)) {
            @Override
            public void onHalfClose() {
                if (untilRequest) {
                    open.remove(guarded);
                }
                super.onHalfClose();
            }

            @Override
            public void onCancel() {
                open.remove(guarded);
                super.onCancel();
            }

            @Override
            public void onComplete() {
                open.remove(guarded);
                super.onComplete();
            }
        };
    }

    /** Calls that are timed just now. */
    int size() {
        return open.size();
    }

    /** Ends all that are over their time. */
    void runOnce() {
        long oldest = clock.millis() - LIMIT.toMillis();
        open.forEach((call, started) -> {
            if (started <= oldest) {
                open.remove(call);
                call.end(CallReason.DEADLINE);
            }
        });
    }

    @Override
    public void close() {
        loop.close();
    }
}
