package io.wherry.hub.agentapi;

import static io.grpc.Metadata.ASCII_STRING_MARSHALLER;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.wherry.contract.Reason;
import java.time.Duration;

/** A refused call as it travels: a status for libraries, a stable reason code for programs, a sentence for people. */
final class Refusal {
    /** Stable reason code in CamelCase. */
    static final Metadata.Key<String> REASON = Metadata.Key.of("wherry-reason", ASCII_STRING_MARSHALLER);

    /** Not before so many milliseconds. Absent with RESOURCE_EXHAUSTED: this message will never fit. */
    static final Metadata.Key<String> RETRY_AFTER = Metadata.Key.of("wherry-retry-after-ms", ASCII_STRING_MARSHALLER);

    private Refusal() {}

    static StatusRuntimeException of(CallReason reason) {
        return of(reason.status(), reason);
    }

    static StatusRuntimeException of(CallReason reason, Duration retryAfter) {
        Metadata trailers = trailers(reason);
        trailers.put(RETRY_AFTER, Long.toString(retryAfter.toMillis()));
        return reason.status().asRuntimeException(trailers);
    }

    static StatusRuntimeException of(CallReason reason, String detail) {
        return of(reason.status().withDescription(detail), reason);
    }

    static StatusRuntimeException of(Status status, Reason reason) {
        return status.asRuntimeException(trailers(reason));
    }

    static Metadata trailers(Reason reason) {
        Metadata trailers = new Metadata();
        trailers.put(REASON, reason.code());
        return trailers;
    }
}
