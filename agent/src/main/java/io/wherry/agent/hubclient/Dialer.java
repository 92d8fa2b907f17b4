package io.wherry.agent.hubclient;

import io.grpc.ManagedChannel;
import io.grpc.ProxyDetector;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.okhttp.internal.OkHostnameVerifier;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Opens channels to a hub: TLS 1.3 alone, the pinned trust, the device's certificate if it has one, through the site's proxy. */
final class Dialer implements Links.Way {
    /** OkHttp's client offers TLS 1.2 unless told otherwise. */
    private static final String[] VERSIONS = {"TLSv1.3"};

    private static final String[] CIPHER_SUITES = {
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
    };
    /** The protocol's limit for one message. */
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private static final int MAX_METADATA_BYTES = 8 << 10;
    /** The hub tolerates pings from 2 min on; a held poll of 4 min needs one or two to keep a middle box awake. */
    private static final long KEEPALIVE_SECONDS = 150;

    private static final long KEEPALIVE_TIMEOUT_SECONDS = 20;
    /** The hub closes idle connections after 10 min; being first avoids a call on a dying connection. */
    private static final long IDLE_MINUTES = 9;

    private final PinnedTrust trust;
    private final ProxyDetector proxy;

    Dialer(PinnedTrust trust, ProxyDetector proxy) {
        this.trust = trust;
        this.proxy = proxy;
    }

    @Override
    public Optional<String> doubt() {
        return trust.doubt();
    }

    @Override
    public ManagedChannel dial(String address, Optional<DeviceCertificate> certificate) {
        return channel(address, context(certificate, trust));
    }

    @Override
    public ManagedChannel dialAnyone(String address) {
        return channel(address, context(Optional.empty(), new Anyone()));
    }

    private ManagedChannel channel(String address, SSLContext context) {
        HubAddress hub = HubAddress.parse(address);
        return OkHttpChannelBuilder.forAddress(hub.host(), hub.port())
                .sslSocketFactory(context.getSocketFactory())
                .tlsConnectionSpec(VERSIONS, CIPHER_SUITES)
                .hostnameVerifier(Dialer::isNamed)
                .proxyDetector(proxy)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .idleTimeout(IDLE_MINUTES, TimeUnit.MINUTES)
                .build();
    }

    /** The library compares addresses as text; in the JDK's text of a certificate an IPv6 address has all its parts. */
    private static boolean isNamed(String host, SSLSession session) {
        String written = host.contains(":") ? InetAddress.ofLiteral(host).getHostAddress() : host;
        return OkHostnameVerifier.INSTANCE.verify(written, session);
    }

    private static SSLContext context(Optional<DeviceCertificate> certificate, TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    certificate.map(own -> new KeyManager[] {new OwnKey(own)}).orElse(new KeyManager[0]),
                    new TrustManager[] {trust},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS 1.3: not available (expected: every JDK has it)", e);
        }
    }

    /** Asks no server who it is. Only for calls whose answer proves itself, over which nothing is told. */
    private static final class Anyone extends ServerJudge {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}
    }

    /** Presents the one certificate there is. A key store would encrypt the key in memory for nothing, and take its time. */
    private static final class OwnKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "device";
        private final DeviceCertificate own;

        OwnKey(DeviceCertificate own) {
            this.own = own;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineClientAlias(String[] keyType, Principal[] issuers, SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return own.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return own.key();
        }
    }
}
