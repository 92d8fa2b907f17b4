package io.wherry.e2e.simulation;

import io.grpc.MethodDescriptor;

/** Carries a call from one side to the other and brings the answer, if there is one. */
@FunctionalInterface
public interface Exchange {
    <Q, R> Answer<R> call(MethodDescriptor<Q, R> method, Q request);
}
