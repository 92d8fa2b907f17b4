package io.wherry.hub.api;

import io.wherry.hub.fleet.ServerIdentity;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Shows the hub's newest certificate at each handshake: a renewal needs no restart and closes no connection. */
final class RenewingIdentity extends X509ExtendedKeyManager {
    private static final String ALIAS = "hub";

    private final Supplier<ServerIdentity> current;

    private RenewingIdentity(Supplier<ServerIdentity> current) {
        this.current = current;
    }

    static SSLContext context(Supplier<ServerIdentity> current) {
        try {
            SSLContext tls = SSLContext.getInstance("TLSv1.3");
            tls.init(new KeyManager[] {new RenewingIdentity(current)}, null, null);
            return tls;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLSv1.3: not available (expected: every JDK has it)", e);
        }
    }

    @Override
    public String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return ALIAS;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        // The hub's own key is P-256; one from a file may be RSA. For any other kind there is none.
        String kind = current.get().key().getAlgorithm();
        return keyType.equals(kind) || keyType.startsWith(kind + "_") ? ALIAS : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return current.get().chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return current.get().key();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
