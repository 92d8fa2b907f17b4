package io.wherry.hub.agentapi;

import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/** A call that another thread may end: gRPC's own is not safe for that. Whoever closes first wins; what comes later is dropped. */
final class GuardedCall<Q, R> extends ForwardingServerCall.SimpleForwardingServerCall<Q, R> {
    private boolean headersSent;
    private boolean closed;

    GuardedCall(ServerCall<Q, R> delegate) {
        super(delegate);
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
        if (!closed) {
            headersSent = true;
            super.sendHeaders(headers);
        }
    }

    @Override
    public synchronized void sendMessage(R message) {
        if (!closed && headersSent) {
            super.sendMessage(message);
        }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
        if (!closed) {
            closed = true;
            super.close(status, trailers);
        }
    }

    /** Ends the call for a reason of ours. */
    void end(CallReason reason) {
        close(reason.status(), Refusal.trailers(reason));
    }
}
