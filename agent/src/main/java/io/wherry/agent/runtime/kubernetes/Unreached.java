package io.wherry.agent.runtime.kubernetes;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in words why a call did not reach the API server, and what helps. */
final class Unreached {
    private static final String DOWN = "%s. Does the cluster's API server run? On K3s see: systemctl status k3s";

    private Unreached() {}

    /** @param source of the address and of whom to trust: the kubeconfig's path */
    static String words(String server, String source, Throwable cause) {
        if (find(cause, CertificateNotYetValidException.class) != null
                || find(cause, CertificateExpiredException.class) != null) {
            return server + ": its certificate is not valid at this machine's time: " + root(cause)
                    + ". Is the clock right (timedatectl)? If it is, the API server's certificate must be renewed";
        }
        if (find(cause, UnknownHostException.class) != null || find(cause, UnresolvedAddressException.class) != null) {
            return server + ": there is no host of that name. See the cluster's server in " + source;
        }
        if (find(cause, ConnectException.class) != null && find(cause, ClosedChannelException.class) != null) {
            return server + ": "
                    + DOWN.formatted("nobody listens there"); // the JDK's client has no better words for it
        }
        SSLException tls = find(cause, SSLException.class);
        return tls == null
                ? server + ": " + DOWN.formatted(root(cause))
                : server + ": " + tls(String.valueOf(tls.getMessage()) + " " + root(cause), source);
    }

    private static String tls(String words, String source) {
        if (words.contains("unable to find valid certification path") || words.contains("PKIX")) {
            return "its certificate is not signed by the authority in " + source
                    + " (certificate-authority). Is it another cluster by now? Then take the kubeconfig of that one";
        }
        if (words.contains("No subject alternative") || words.contains("No name matching")) {
            return "its certificate is not for that address. See the cluster's server in " + source;
        }
        if (words.contains("Unsupported or unrecognized SSL message") || words.contains("plaintext connection")) {
            return "does not speak TLS there. See the cluster's server in " + source;
        }
        return "TLS: " + words.strip() + ". See the cluster and the user in " + source;
    }

    private static <T extends Throwable> @Nullable T find(Throwable cause, Class<T> kind) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (kind.isInstance(at)) {
                return kind.cast(at);
            }
        }
        return null;
    }

    private static String root(Throwable cause) {
        Throwable at = cause;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
    }
}
