package io.wherry.hub.source;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.wherry.contract.registry.Http;
import io.wherry.hub.resource.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;

/**
 * The HTTPS side of one check, or of one push: one client, one host, one credential.
 *
 * <p>The rules of a Git source are kept here and not left to JGit: requests go to the source's own host and to the two addresses of the smart
 * protocol alone, so neither a redirect nor the old "dumb" protocol with its alternates can send the hub, or a credential, anywhere else.
 */
final class GitHttp implements HttpConnectionFactory, AutoCloseable {

    /** A connection that takes longer than this is not being made: TCP has then sent three SYNs. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private static final int PROXY_LOGIN = 407;

    /** So the client's exception begins where a proxy let nobody through; its status follows. */
    private static final String NO_TUNNEL = "Tunnel failed, got: ";

    private final URI source;
    private final Way way;
    private final Optional<GitCredential.Web> credential;
    private final GitBudget budget;
    private final GitService service;
    private final HttpClient client;
    private final List<GitHttpConnection> connections = new ArrayList<>();
    private boolean bearer;

    /**
     * How the host is reached.
     *
     * @param caBundle certificates in PEM: if given, these authorities alone are trusted
     * @param proxy    {@code http://HOST:PORT}, which carries a tunnel and sees nothing of what goes through
     */
    record Way(Optional<String> caBundle, Optional<String> proxy) {
        static Way to(Source.Repository repository) {
            return new Way(repository.caBundle(), repository.proxy());
        }

        private SSLContext trust() throws SourceFailure {
            return caBundle.isPresent() ? GitTrust.bundle(caBundle.get()) : GitTrust.system();
        }

        private Optional<ProxySelector> selector() {
            return proxy.map(URI::create)
                    // Its name is looked up by the client, within the time of a request.
                    .map(uri -> ProxySelector.of(InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort())));
        }

        /** For messages, after the host. */
        private String words() {
            return proxy.isPresent() ? throughProxy() : "";
        }

        /** Where a proxy has answered: the JVM may have been given one that no source names. */
        private String throughProxy() {
            return " through the proxy " + proxy.orElse("on the way");
        }
    }

    private GitHttp(
            URI source,
            Way way,
            SSLContext trust,
            Optional<GitCredential.Web> credential,
            GitBudget budget,
            GitService service) {
        this.source = source;
        this.way = way;
        this.credential = credential;
        this.budget = budget;
        this.service = service;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // one request at a time; nothing to gain from streams
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(trust);
        way.selector().ifPresent(builder::proxy);
        this.client = builder.build();
    }

    static GitHttp open(URI url, Way way, Optional<GitCredential.Web> credential, GitBudget budget, GitService service)
            throws SourceFailure {
        return new GitHttp(url, way, way.trust(), credential, budget, service);
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
        URI uri = URI.create(url.toString());
        String path = uri.getRawPath();
        boolean advertisement =
                path.endsWith("/info/refs") && ("service=" + service.program()).equals(uri.getRawQuery());
        boolean pack = path.endsWith("/" + service.program()) && uri.getRawQuery() == null;
        if (!sameServer(uri)) {
            throw redirected(uri);
        }
        if (!advertisement && !pack) {
            throw new SourceFailure(
                    SourceReason.NOT_A_GIT_SERVER,
                    source.getHost() + " does not speak Git's smart HTTP protocol",
                    "is this the URL that \"git clone\" takes?");
        }
        GitHttpConnection connection = new GitHttpConnection(this, uri);
        connections.add(connection);
        return connection;
    }

    /** JGit hands over what the JVM's proxy selector says; the client asks the same selector itself where the source names no proxy. */
    @Override
    public HttpConnection create(URL url, Proxy proxy) throws IOException {
        return create(url);
    }

    /** Sends, and turns everything but an answer of the smart protocol, or a redirect on the same server, into a failure. */
    HttpResponse<InputStream> send(HttpRequest.Builder request, boolean advertisement) throws IOException {
        HttpResponse<InputStream> response = sendOnce(request);
        if (response.statusCode() == 401 && credential.isPresent() && !bearer && wantsBearerAlone(response)) {
            response.body().close();
            bearer = true;
            response = sendOnce(request);
        }
        int status = response.statusCode();
        if (status >= 300 && status < 400) {
            refuseRedirectElsewhere(response);
            return response;
        }
        if (status == PROXY_LOGIN) {
            throw failed(status); // the proxy's own answer, which the client hands over without a body
        }
        if (status != 200) {
            response.body().close();
            throw failed(status);
        }
        String type = response.headers().firstValue("Content-Type").orElse("none");
        if (advertisement && !type.equals("application/x-" + service.program() + "-advertisement")) {
            response.body().close();
            throw new SourceFailure(
                    SourceReason.NOT_A_GIT_SERVER,
                    source.getHost() + " answered with content of the type " + type + ", not as a Git server",
                    "is this the URL that \"git clone\" takes, and not that of a page or of a login?");
        }
        return response;
    }

    private HttpResponse<InputStream> sendOnce(HttpRequest.Builder request) throws IOException {
        credential.ifPresent(given -> request.setHeader("Authorization", given.header(bearer)));
        budget.checkTime();
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(request.build(), response -> new TimedBody(budget));
        try {
            return answer.get(budget.deadline().leftNanos(), NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw budget.timedOut(e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + source.getHost());
        } catch (ExecutionException e) {
            throw explained(e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
        }
    }

    private SourceFailure explained(IOException failure) {
        String server = server();
        return switch (failure) {
            case SSLException e -> GitTrust.explain(server, way.caBundle().isPresent(), e);
            case HttpConnectTimeoutException e ->
                unreachable(server + way.words() + ": no connection within " + CONNECT_TIMEOUT.toSeconds() + " s", e);
            case ConnectException e
            when hasCause(e, UnresolvedAddressException.class) ->
                unreachable("no address is known for the host " + firstHost(), e);
            case ConnectException e ->
                unreachable(server + " cannot be reached" + way.words() + ": " + orUnknown(e), e);
            case IOException e
            when orUnknown(e).startsWith(NO_TUNNEL) ->
                unreachable(
                        server + " cannot be reached" + way.throughProxy() + ": it answered "
                                + orUnknown(e).substring(NO_TUNNEL.length()),
                        e);
            default ->
                new SourceFailure(
                        SourceReason.SERVER_FAILED,
                        server + " broke the connection off: " + orUnknown(failure),
                        "tried again at the next check; look at the server's log if it stays",
                        failure);
        };
    }

    /** Of the first connection on the way. */
    private String firstHost() {
        return way.proxy().map(URI::create).orElse(source).getHost();
    }

    private static boolean hasCause(Throwable failure, Class<?> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static String orUnknown(IOException e) {
        return e.getMessage() == null ? "connection refused or no route" : e.getMessage();
    }

    private static SourceFailure unreachable(String detail, IOException cause) {
        return new SourceFailure(
                SourceReason.SERVER_UNREACHABLE,
                detail,
                "check the URL, and name resolution, firewall and proxy of the hub's host",
                cause);
    }

    private SourceFailure failed(int status) {
        String server = server();
        return switch (status) {
            case 401, 403 ->
                new SourceFailure(
                        SourceReason.UNAUTHORISED,
                        server + " answered " + status + " "
                                + (credential.isPresent()
                                        ? "to the source's credential"
                                        : "because the source has no credential"),
                        credential.isPresent()
                                ? "does the token still live, and may it read this repository? wherry credential rotate"
                                : "wherry credential create, then name it in the source's credentialRef");
            case 404, 410 ->
                new SourceFailure(
                        SourceReason.REPOSITORY_NOT_FOUND,
                        server + " has no repository at " + source.getRawPath()
                                + (credential.isPresent() ? ", or the credential may not see it" : ""),
                        "check the URL; many servers answer so too where a credential is missing or may not read");
            case PROXY_LOGIN ->
                new SourceFailure(
                        SourceReason.SERVER_UNREACHABLE,
                        server + " cannot be reached" + way.throughProxy() + ": it asks for a login",
                        "let the hub's host through at the proxy");
            default ->
                new SourceFailure(
                        SourceReason.SERVER_FAILED,
                        server + " answered " + status,
                        "tried again at the next check; look at the server's log if it stays");
        };
    }

    private static boolean wantsBearerAlone(HttpResponse<?> response) {
        boolean asked = false;
        for (String challenge : response.headers().allValues("WWW-Authenticate")) {
            String scheme = challenge.strip().toLowerCase(Locale.ROOT);
            if (scheme.startsWith("basic")) {
                return false;
            }
            asked |= scheme.startsWith("bearer");
        }
        return asked;
    }

    private void refuseRedirectElsewhere(HttpResponse<InputStream> response) throws IOException {
        String location = response.headers().firstValue("Location").orElse("");
        URI target;
        try {
            target = response.uri().resolve(location);
        } catch (IllegalArgumentException e) {
            throw new SourceFailure(
                    SourceReason.SERVER_FAILED,
                    server() + " redirects to something that is no URL",
                    "ask its owner",
                    e);
        }
        if (!sameServer(target)) {
            response.body().close();
            throw redirected(target);
        }
    }

    private SourceFailure redirected(URI target) {
        return new SourceFailure(
                SourceReason.REDIRECT_REFUSED,
                server() + " redirects to " + Http.server(target)
                        + "; the hub does not follow, and no credential was sent there",
                "if the repository has moved, write the new URL into the source");
    }

    private boolean sameServer(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme())
                && String.valueOf(source.getHost()).equalsIgnoreCase(uri.getHost())
                && port(source) == port(uri)
                && uri.getRawUserInfo() == null;
    }

    private static int port(URI uri) {
        return uri.getPort() < 0 ? 443 : uri.getPort();
    }

    private String server() {
        return "https://" + source.getRawAuthority();
    }

    /** Ends what is still under way, also a handshake that a server never finishes. */
    @Override
    public void close() {
        client.shutdownNow();
        connections.forEach(GitHttpConnection::discard);
    }
}
