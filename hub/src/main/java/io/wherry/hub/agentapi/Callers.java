package io.wherry.hub.agentapi;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.hub.fleet.AgentCertificates;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Who is calling: from the certificate of the connection, the authority that signed it, and what is known of the agent right now.
 *
 * <p>Whose certificate it is cannot change, so that is found once per connection, and the signature of a certificate that was seen before is not
 * verified again (0.3 to 0.7 ms in the JDK). Expiry, key and retirement are judged at every call.
 */
final class Callers {
    /** Every agent of a large hub twice; at about 300 bytes each. Only certificates that this hub signed get in, so nobody can flood it. */
    private static final int KNOWN = 20_000;

    private final AgentCertificates certificates;
    private final AgentRepository agents;
    private final InstantSource clock;
    private final Map<Digest, Peer.Agent> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Peer.Agent> eldest) {
            return size() > KNOWN;
        }
    });

    Callers(AgentCertificates certificates, AgentRepository agents, InstantSource clock) {
        this.certificates = certificates;
        this.agents = agents;
        this.clock = clock;
    }

    /** Whose certificate a connection showed. */
    sealed interface Peer {
        /** None was shown, or it is not one of ours. */
        record Nobody(CallReason reason) implements Peer {}

        /** What a certificate of this hub says for ever. */
        record Agent(AgentId id, Digest keyHash, Instant expires) implements Peer {}
    }

    /** What comes of a call that needs an agent. */
    sealed interface Caller {
        record Served(AgentRecord agent) implements Caller {}

        record Refused(CallReason reason) implements Caller {}
    }

    /** Found once per connection. */
    Peer peer(Attributes transport) {
        SSLSession session = transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return new Peer.Nobody(CallReason.CERTIFICATE_MISSING);
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate
                    ? peer(certificate)
                    : new Peer.Nobody(CallReason.CERTIFICATE_MISSING);
        } catch (SSLPeerUnverifiedException e) {
            return new Peer.Nobody(CallReason.CERTIFICATE_MISSING); // how the JDK says that there was none
        }
    }

    private Peer peer(X509Certificate certificate) {
        try {
            Digest name = Digest.of(certificate.getEncoded());
            Peer.Agent seen = known.get(name);
            if (seen == null) {
                Optional<AgentId> agent = certificates.identify(certificate);
                if (agent.isEmpty()) {
                    return new Peer.Nobody(CallReason.CERTIFICATE_FOREIGN);
                }
                seen = new Peer.Agent(
                        agent.get(),
                        Digest.of(certificate.getPublicKey().getEncoded()),
                        certificate.getNotAfter().toInstant());
                known.put(name, seen);
            }
            return seen;
        } catch (CertificateEncodingException e) {
            return new Peer.Nobody(CallReason.CERTIFICATE_FOREIGN);
        }
    }

    /**
     * Judged at every call, from memory.
     *
     * @param expiredToo whether the call is for those whose certificate has ended
     */
    Caller caller(Peer peer, boolean expiredToo) {
        return switch (peer) {
            case Peer.Nobody(CallReason reason) -> new Caller.Refused(reason);
            case Peer.Agent agent -> caller(agent, expiredToo);
        };
    }

    private Caller caller(Peer.Agent peer, boolean expiredToo) {
        Optional<AgentRecord> found = agents.find(peer.id());
        if (found.isEmpty()) {
            return new Caller.Refused(CallReason.AGENT_UNKNOWN);
        }
        AgentRecord agent = found.get();
        if (!agent.served()) {
            return new Caller.Refused(CallReason.AGENT_RETIRED);
        }
        if (!agent.keyHash().equals(peer.keyHash())) {
            return new Caller.Refused(CallReason.KEY_MISMATCH);
        }
        if (!expiredToo && !clock.instant().isBefore(peer.expires())) {
            return new Caller.Refused(CallReason.CERTIFICATE_EXPIRED);
        }
        return new Caller.Served(agent);
    }
}
