package io.wherry.contract.registry;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One question at a time. The JDK's older client is used for its time limit on every read: of a body, the newer one waits for ever.
 *
 * <p>Redirects are the caller's business, since no header may follow them blindly.
 */
public final class Http {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    /** Between two bytes. */
    private static final Duration READ_LIMIT = Duration.ofSeconds(60);

    private static final Duration GREETING_LIMIT = Duration.ofSeconds(1);

    private static final int HTTPS_PORT = 443;

    private final SSLSocketFactory trust;
    private final Proxy proxy;

    /** One that reaches servers directly. */
    public Http(SSLSocketFactory trust) {
        this(trust, Proxy.NO_PROXY);
    }

    /** @param proxy of HTTP, by which all servers are reached */
    public Http(SSLSocketFactory trust, Proxy proxy) {
        this.trust = trust;
        this.proxy = proxy;
    }

    /** Asks, and waits for the status. */
    public HttpURLConnection get(URI address, String accept, Optional<String> authorization) throws IOException {
        return ask("GET", address, accept, authorization);
    }

    /** Asks for the headers alone. */
    public HttpURLConnection head(URI address, String accept, Optional<String> authorization) throws IOException {
        return ask("HEAD", address, accept, authorization);
    }

    private HttpURLConnection ask(String method, URI address, String accept, Optional<String> authorization)
            throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection(proxy);
        if (connection instanceof HttpsURLConnection tls) {
            tls.setSSLSocketFactory(trust);
        }
        connection.setConnectTimeout(Math.toIntExact(CONNECT_LIMIT.toMillis()));
        connection.setReadTimeout(Math.toIntExact(READ_LIMIT.toMillis()));
        connection.setRequestMethod(method);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Accept", accept);
        authorization.ifPresent(value -> connection.setRequestProperty("Authorization", value));
        connection.getResponseCode();
        return connection;
    }

    /**
     * Whether a server on this machine answers a greeting by TLS; it does so at once. One whose certificate is not believed does: it must not be spoken to
     * without.
     */
    public boolean speaksTls(String host) {
        URI address = URI.create("https://" + host);
        int port = address.getPort() < 0 ? HTTPS_PORT : address.getPort();
        try (SSLSocket socket = (SSLSocket) trust.createSocket()) {
            socket.connect(
                    new InetSocketAddress(String.valueOf(address.getHost()), port),
                    Math.toIntExact(GREETING_LIMIT.toMillis()));
            socket.setSoTimeout(Math.toIntExact(GREETING_LIMIT.toMillis()));
            socket.startHandshake();
            return true;
        } catch (IOException e) {
            return RegistryTrust.hasCause(e, CertificateException.class);
        }
    }

    /** An address that a server gave, for people: {@code https://HOST:PORT}, or {@code file:} where it names no host. Never a login that it may hold. */
    public static String server(URI address) {
        if (address.getHost() == null) {
            return address.getScheme() + ":";
        }
        return address.getScheme() + "://" + address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
    }

    public static boolean sameServer(URI one, URI other) {
        return one.getScheme().equals(other.getScheme())
                && String.valueOf(one.getAuthority()).equals(other.getAuthority());
    }

    /** Whether a host can only be this machine: the one kind that is spoken to without TLS, as engines do. */
    public static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.matches("127\\.[0-9.]+") || name.equals("[::1]");
    }
}
