package io.wherry.e2e.simulation;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;

/** What came back of a call: messages in their order, then how it ended. */
public record Answer<R>(List<R> messages, Status status, Metadata trailers) {
    public Answer {
        messages = List.copyOf(messages);
    }

    public static <R> Answer<R> lost(String why) {
        return new Answer<>(List.of(), Status.UNAVAILABLE.withDescription(why), new Metadata());
    }
}
