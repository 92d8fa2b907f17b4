package io.wherry.agent.runtime.kubernetes;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Who may vouch for an API server: the authorities that its kubeconfig names, and nobody else, as for kubectl. Fabric8 adds them to the public ones that
 * come with Java: any of those 150 could then vouch for it too, and they take some MB of the agent's memory.
 */
final class Authorities {
    private Authorities() {}

    static TrustManager[] only(List<X509Certificate> authorities) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            return managers.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException("certificate-authority: cannot be used: " + e.getMessage(), e);
        }
    }
}
