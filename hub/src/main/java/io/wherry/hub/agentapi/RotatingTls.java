package io.wherry.hub.agentapi;

import io.grpc.netty.GrpcSslContexts;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.wherry.hub.fleet.ServerIdentity;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;

/**
 * TLS 1.3 for the agents' port, whose server certificate can be replaced while connections are open: old ones keep theirs, new ones get the new.
 *
 * <p>A client certificate is asked for and never required here: who may do what without one is decided per call, with a reason code.
 */
final class RotatingTls extends SslContext {
    private final X509Certificate authority;
    private final SslProvider provider;
    private volatile SslContext current;

    /** Which implementation makes the handshakes. */
    enum Implementation {
        /** netty-tcnative: a mutual P-256 handshake in a quarter of the JDK's time. */
        BORINGSSL,
        JDK;

        static Implementation best() {
            return OpenSsl.isAvailable() ? BORINGSSL : JDK;
        }
    }

    /** @param authority announced to clients, so that they choose the certificate that this hub issued */
    RotatingTls(Implementation implementation, ServerIdentity identity, X509Certificate authority) {
        this.authority = authority;
        this.provider = implementation == Implementation.BORINGSSL ? SslProvider.OPENSSL : SslProvider.JDK;
        this.current = context(identity);
    }

    /** New connections get this identity from now on. */
    void replace(ServerIdentity identity) {
        current = context(identity);
    }

    private SslContext context(ServerIdentity identity) {
        try {
            SslContext context = GrpcSslContexts.configure(
                            SslContextBuilder.forServer(
                                    identity.key(), identity.chain().toArray(X509Certificate[]::new)),
                            provider)
                    .protocols("TLSv1.3")
                    .clientAuth(ClientAuth.OPTIONAL)
                    .trustManager(new JudgedPerCall(authority))
                    .build();
            if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
                sessions.setSessionCacheEnabled(false); // an agent that exits between polls could not resume one anyway
            }
            return context;
        } catch (SSLException e) {
            throw new AgentPortException("the agents' port cannot set up TLS", e);
        }
    }

    @Override
    public boolean isClient() {
        return false;
    }

    @Override
    public List<String> cipherSuites() {
        return current.cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation") // Netty deprecates the type, not the method that every SslContext must have
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return current.applicationProtocolNegotiator();
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return current.newEngine(allocator);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
        return current.newEngine(allocator, peerHost, peerPort);
    }

    @Override
    public SSLSessionContext sessionContext() {
        return current.sessionContext();
    }
}
