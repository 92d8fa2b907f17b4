package io.wherry.agent.hubclient;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.wherry.e2e.simulation.Answer;
import io.wherry.e2e.simulation.Exchange;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The agent's links over a network that is a method call: the generated stubs and all of the client above them are the real ones. */
public final class SimulatedLinks {
    private SimulatedLinks() {}

    public static Links over(Exchange network) {
        Links.Way way = new Links.Way() {
            @Override
            public ManagedChannel dial(String address, Optional<DeviceCertificate> certificate) {
                return new Channel(network);
            }

            @Override
            public ManagedChannel dialAnyone(String address) {
                return new Channel(network);
            }

            @Override
            public Optional<String> doubt() {
                return Optional.empty();
            }
        };
        return new Links(() -> List.of("hub.example:8444"), way, Optional.empty());
    }

    private static final class Channel extends ManagedChannel {
        private final Exchange network;
        private boolean down;

        Channel(Exchange network) {
            this.network = network;
        }

        @Override
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
            return new Call<>(network, method);
        }

        @Override
        public String authority() {
            return "hub.example:8444";
        }

        @Override
        public ManagedChannel shutdown() {
            down = true;
            return this;
        }

        @Override
        public ManagedChannel shutdownNow() {
            return shutdown();
        }

        @Override
        public boolean isShutdown() {
            return down;
        }

        @Override
        public boolean isTerminated() {
            return down;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return down;
        }
    }

    /** Answers on the caller's own thread, message by message as they are asked for. */
    private static final class Call<Q, R> extends ClientCall<Q, R> {
        private final Exchange network;
        private final MethodDescriptor<Q, R> method;
        private final Queue<R> messages = new ArrayDeque<>();
        private @Nullable Listener<R> listener;
        private @Nullable Q request;
        private @Nullable Answer<R> answer;
        private int wanted;

        Call(Exchange network, MethodDescriptor<Q, R> method) {
            this.network = network;
            this.method = method;
        }

        @Override
        public void start(Listener<R> to, Metadata headers) {
            listener = to;
        }

        @Override
        public void request(int count) {
            wanted += count;
            deliver();
        }

        @Override
        public void sendMessage(Q message) {
            request = message;
        }

        @Override
        public void halfClose() {
            Q message = request;
            if (message == null) {
                throw new IllegalStateException("request: none (expected: one before the end of the call)");
            }
            answer = network.call(method, message);
            messages.addAll(answer.messages());
            deliver();
        }

        private void deliver() {
            Listener<R> to = listener;
            Answer<R> end = answer;
            if (to == null || end == null) {
                return;
            }
            while (wanted > 0 && !messages.isEmpty()) {
                wanted--;
                to.onMessage(messages.remove());
            }
            if (messages.isEmpty()) {
                listener = null;
                to.onClose(end.status(), end.trailers());
            }
        }

        @Override
        public void cancel(@Nullable String why, @Nullable Throwable cause) {
            listener = null; // nobody listens any more
        }
    }
}
