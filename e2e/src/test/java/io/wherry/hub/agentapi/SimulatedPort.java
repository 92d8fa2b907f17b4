package io.wherry.hub.agentapi;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.wherry.e2e.simulation.Answer;
import io.wherry.hub.fleet.AgentRecord;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The agents' port without its socket and its TLS: the real service, called on the caller's own thread in the name of an agent. */
public final class SimulatedPort implements AutoCloseable {
    private final Polls polls;
    private final BlobStreams blobs;
    private final ServerServiceDefinition service;

    public SimulatedPort(Delegates delegates, InstantSource clock, long seed) {
        polls = new Polls(delegates, Holds.start(clock), Runnable::run);
        blobs = BlobStreams.start(delegates.work(), delegates.agents(), clock);
        service = new AgentService(delegates, polls, blobs, new Overload(new Random(seed)), clock).bindService();
    }

    @SuppressWarnings("unchecked")
    public <Q, R> Answer<R> call(MethodDescriptor<Q, R> method, AgentRecord agent, Q request) {
        var definition = (ServerMethodDefinition<Q, R>) service.getMethod(method.getFullMethodName());
        Recorded<Q, R> call = new Recorded<>(method);
        Context.current().withValue(Admission.AGENT, agent).run(() -> {
            ServerCall.Listener<Q> listener = definition.getServerCallHandler().startCall(call, new Metadata());
            listener.onMessage(request);
            listener.onHalfClose();
        });
        return new Answer<>(call.messages, call.status, call.trailers);
    }

    private static final class Recorded<Q, R> extends ServerCall<Q, R> {
        private final MethodDescriptor<Q, R> method;
        private final List<R> messages = new ArrayList<>();
        private Status status = Status.UNAVAILABLE.withDescription("the hub did not end the call");
        private Metadata trailers = new Metadata();

        Recorded(MethodDescriptor<Q, R> method) {
            this.method = method;
        }

        @Override
        public void request(int count) {
            // the one message comes without being asked for
        }

        @Override
        public void sendHeaders(Metadata headers) {
            // nobody reads them
        }

        @Override
        public void sendMessage(R message) {
            messages.add(message);
        }

        @Override
        public void close(Status how, Metadata with) {
            status = how;
            trailers = with;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<Q, R> getMethodDescriptor() {
            return method;
        }
    }

    @Override
    public void close() {
        polls.close();
        blobs.close();
    }
}
