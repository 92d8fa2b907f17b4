package io.wherry.hub.agentapi;

import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** All that a call answers, once it is over. */
final class Collected<T> implements StreamObserver<T> {
    private final List<T> values = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<List<T>> done = new CompletableFuture<>();

    CompletableFuture<List<T>> done() {
        return done;
    }

    @Override
    public void onNext(T value) {
        values.add(value);
    }

    @Override
    public void onError(Throwable cause) {
        done.completeExceptionally(cause);
    }

    @Override
    public void onCompleted() {
        done.complete(List.copyOf(values));
    }
}
