package io.wherry.hub.agentapi;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.wherry.contract.v1.AgentServiceGrpc;
import java.util.concurrent.Executor;

/**
 * Where a call runs: a poll on the event loop that read it, everything else on a virtual thread.
 *
 * <p>A poll reads memory alone; handing it to another thread and back would cost more than answering it. {@link Polls} itself moves the rare one
 * that brings facts, and so writes, away from the event loop.
 */
final class CallExecutors implements ServerCallExecutorSupplier {
    private static final String POLL = AgentServiceGrpc.getPollMethod().getFullMethodName();

    private final Executor blocking;

    /** @param blocking for calls that wait for the database or the disk */
    CallExecutors(Executor blocking) {
        this.blocking = blocking;
    }

    @Override
    public <Q, R> Executor getExecutor(ServerCall<Q, R> call, Metadata headers) {
        return call.getMethodDescriptor().getFullMethodName().equals(POLL) ? Runnable::run : blocking;
    }
}
