package io.wherry.hub.agentapi;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.StatusRuntimeException;
import io.wherry.contract.v1.AgentServiceGrpc;
import io.wherry.hub.agentapi.Callers.Caller;
import io.wherry.hub.agentapi.Callers.Peer;
import io.wherry.hub.fleet.AgentRecord;
import java.util.Set;

/**
 * Lets a call in or not. Default deny: every method needs the certificate of a served agent, except those named here.
 *
 * <p>The peer is found once per connection, the caller judged at every call, so a retired agent is refused from its next call on.
 */
final class Admission extends ServerTransportFilter implements ServerInterceptor {
    /** The agent that is calling. Set for every method but those that need no certificate. */
    static final Context.Key<AgentRecord> AGENT = Context.key("agent");

    /** Where the call comes from. */
    static final Context.Key<Object> ADDRESS = Context.key("address");

    private static final Attributes.Key<Peer> PEER = Attributes.Key.create("peer");

    /** An agent that has no certificate yet asks for one; the trust roots are public, and prove themselves. */
    private static final Set<String> WITHOUT_CERTIFICATE = Set.of(
            AgentServiceGrpc.getEnrolMethod().getFullMethodName(),
            AgentServiceGrpc.getRootsMethod().getFullMethodName());

    /** Its caller is known by a certificate, of whatever date. */
    private static final String RECOVER = AgentServiceGrpc.getRecoverMethod().getFullMethodName();

    private static final String POLL = AgentServiceGrpc.getPollMethod().getFullMethodName();

    private final Callers callers;
    private final Overload overload;

    Admission(Callers callers, Overload overload) {
        this.callers = callers;
        this.overload = overload;
    }

    @Override
    public Attributes transportReady(Attributes transport) {
        return transport.toBuilder().set(PEER, callers.peer(transport)).build();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        if (method.equals(POLL) && overload.shedsPolls()) {
            return refuse(call, overload.refusal());
        }
        if (WITHOUT_CERTIFICATE.contains(method)) {
            Object address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
            return Contexts.interceptCall(
                    Context.current().withValue(ADDRESS, address == null ? "" : address), call, headers, next);
        }
        Peer peer = call.getAttributes().get(PEER);
        Caller caller = peer == null
                ? new Caller.Refused(CallReason.CERTIFICATE_MISSING)
                : callers.caller(peer, method.equals(RECOVER));
        return switch (caller) {
            case Caller.Refused(CallReason reason) -> refuse(call, Refusal.of(reason));
            case Caller.Served(AgentRecord agent) ->
                Contexts.interceptCall(Context.current().withValue(AGENT, agent), call, headers, next);
        };
    }

    private static <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, StatusRuntimeException refusal) {
        Metadata trailers = refusal.getTrailers();
        call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {};
    }
}
