package io.wherry.agent.runtime.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.base.Authorities;
import io.wherry.base.Causes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The API server by Fabric8's transport: kubeconfig or a pod's service account, TLS, logins and HTTP/2. Its retries and its rewriting of calls are off:
 * what failed is this package's to judge.
 */
final class ApiServerClient implements ApiServer {
    /** Largest answer that is read whole: a page of 500 objects of 64 KiB each. */
    private static final int MAX_ANSWER_BYTES = 32 << 20;

    private static final Path IN_CLUSTER = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private final Optional<Path> kubeconfig;
    private @Nullable Connection connection;

    /**
     * @param credentials the client certificate's time, where there is one: what a 401 is about more often than not
     * @param files       what it was made of
     */
    private record Connection(HttpClient http, String server, String credentials, List<Seen> files) {
        boolean isStale() {
            return !files.stream().map(seen -> Seen.of(seen.file())).toList().equals(files);
        }
    }

    /** A file as it was when it was read: one that is written anew, or takes another one's place, is seen to have changed. */
    private record Seen(Path file, Optional<FileTime> modified, long size, String key) {
        static Seen of(Path file) {
            try {
                BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
                return new Seen(
                        file, Optional.of(found.lastModifiedTime()), found.size(), String.valueOf(found.fileKey()));
            } catch (IOException e) { // it is not there now, which is a change too
                return new Seen(file, Optional.empty(), 0, "");
            }
        }
    }

    /**
     * @param kubeconfig empty: the service account of the pod that this agent runs in
     */
    ApiServerClient(Optional<Path> kubeconfig) {
        this.kubeconfig = kubeconfig;
    }

    @Override
    public Answer call(Call call) {
        Connection to = connection();
        Answer answer = sendTwice(to, call);
        if (answer.status() == 401) {
            forget(to); // a token that a command gives is asked for anew by the next call
            throw new RuntimeUnavailable(
                    RuntimeReason.RUNTIME_FORBIDDEN,
                    to.server() + ": 401 Unauthorized: the credentials in " + source() + " are not, or no longer, valid"
                            + to.credentials()
                            + ". Take a fresh one from the cluster's administrator; it is read by itself",
                    null);
        }
        return answer;
    }

    /** A connection that breaks, as each one does when the API server ends, is made anew once: every call of this package may be made twice. */
    private Answer sendTwice(Connection to, Call call) {
        try {
            return send(to, call);
        } catch (Broken e) {
            try {
                return send(to, call);
            } catch (Broken again) {
                throw unreached(to, again.cause());
            }
        }
    }

    /** The call did not reach the server, or the answer did not come back. */
    private static final class Broken extends Exception {
        private final Throwable cause;

        Broken(Throwable cause) {
            super(cause);
            this.cause = cause;
        }

        Throwable cause() {
            return cause;
        }
    }

    private Answer send(Connection to, Call call) throws Broken {
        HttpRequest request = request(to, call);
        long end = System.nanoTime() + call.limit().toNanos();
        Body body = new Body();
        CompletableFuture<HttpResponse<AsyncBody>> sent = to.http().consumeBytes(request, body::take);
        try {
            HttpResponse<AsyncBody> response = sent.get(call.limit().toNanos(), TimeUnit.NANOSECONDS);
            response.body().consume();
            response.body().done().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (body.tooLong) {
                throw new RuntimeUnavailable(
                        RuntimeReason.RUNTIME_ERROR,
                        to.server() + call.path() + ": the answer is longer than " + MAX_ANSWER_BYTES + " bytes",
                        null);
            }
            return new Answer(response.code(), body.bytes.toByteArray(), retryAfter(response));
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw timeout(to, call, e);
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailable(RuntimeReason.RUNTIME_TIMEOUT, to.server() + ": the call was interrupted", e);
        } catch (ExecutionException e) {
            if (root(e) instanceof HttpConnectTimeoutException) {
                throw unreached(to, e); // not once more: it has taken long enough
            }
            if (root(e) instanceof HttpTimeoutException) {
                throw timeout(to, call, e);
            }
            throw new Broken(e);
        }
    }

    private static HttpRequest request(Connection to, Call call) {
        HttpRequest.Builder request = to.http()
                .newHttpRequestBuilder()
                .uri(to.server() + call.path())
                .timeout(call.limit().toMillis(), TimeUnit.MILLISECONDS)
                .header("Accept", call.accept());
        call.as().ifPresent(user -> request.header("Impersonate-User", user));
        if (!call.method().equals("GET")) {
            request.method(call.method(), call.type().isEmpty() ? "application/json" : call.type(), call.body());
        }
        return request.build();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the follower is told of every end
    public Following follow(Call call, Follower follower) {
        Connection to = connection();
        CompletableFuture<HttpResponse<AsyncBody>> sent = to.http().consumeBytes(request(to, call), (buffers, body) -> {
            for (ByteBuffer buffer : buffers) {
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                follower.part(part);
            }
            body.consume();
        });
        sent.whenComplete((response, failure) -> {
            if (failure != null) {
                follower.ended(0);
                return;
            }
            int status = response.code();
            response.body().done().whenComplete((_, _) -> follower.ended(status));
            response.body().consume();
        });
        return () -> {
            sent.cancel(true);
            sent.thenAccept(response -> response.body().cancel());
        };
    }

    /** What came of an answer's body. Filled by the transport's thread, read when it has ended. */
    private static final class Body {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile boolean tooLong;

        void take(List<ByteBuffer> buffers, AsyncBody body) {
            for (ByteBuffer buffer : buffers) {
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                if (bytes.size() + part.length > MAX_ANSWER_BYTES) {
                    tooLong = true; // read on to the end, so that the connection serves others
                } else {
                    bytes.writeBytes(part);
                }
            }
            body.consume();
        }
    }

    private static Optional<Duration> retryAfter(HttpResponse<?> response) {
        return Optional.ofNullable(response.header("Retry-After"))
                .filter(seconds -> seconds.matches("[0-9]{1,5}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
    }

    private synchronized Connection connection() {
        Connection known = connection;
        if (known == null || known.isStale()) { // certificates and tokens are renewed by whoever gave them
            known = connect(); // the one before ends with its last call
            connection = known;
        }
        return known;
    }

    private synchronized void forget(Connection stale) {
        if (stale.equals(connection)) {
            connection = null; // not closed: other calls may be under way on it; it ends with the last one
        }
    }

    private Connection connect() {
        try {
            return kubeconfig.isPresent() ? connect(kubeconfig.get()) : connectFromPod();
        } catch (IOException e) {
            throw unusable(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // Of whatever kind the readers of keys and certificates throw; their words may show a piece of the file,
            // which holds secrets.
            throw unusable("cannot be used as a kubeconfig (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static Connection connect(Path file) throws IOException {
        Kubeconfig read = Kubeconfig.read(file);
        List<Seen> files = read.files().stream().map(Seen::of).toList();
        String valid = read.clientCertificate()
                .map(shown -> " (the client certificate is for the time from "
                        + shown.getNotBefore().toInstant() + " to "
                        + shown.getNotAfter().toInstant() + ")")
                .orElse("");
        return connect(ClientConfig.of(file, read), read.authorities(), valid, files);
    }

    private static Connection connectFromPod() throws IOException {
        Path token = IN_CLUSTER.resolve("token");
        if (!Files.isReadable(token)) {
            throw new IOException("no service account: this agent runs in no pod");
        }
        List<Seen> files = List.of(Seen.of(token), Seen.of(IN_CLUSTER.resolve("ca.crt")));
        List<X509Certificate> authorities =
                Kubeconfig.certificates("ca.crt", Optional.of(Files.readAllBytes(IN_CLUSTER.resolve("ca.crt"))));
        return connect(ClientConfig.ofPod(token, System.getenv()), authorities, "", files);
    }

    /** @param authorities none: the public ones, as for kubectl */
    private static Connection connect(
            Config config, List<X509Certificate> authorities, String credentials, List<Seen> files) throws IOException {
        config.setRequestRetryBackoffLimit(0);
        config.setHttpProxy(null); // the proxy of the agent's environment leads to the hub
        config.setHttpsProxy(null);
        HttpClient.Builder http = new JdkHttpClientFactory().newBuilder(config);
        http.addOrReplaceInterceptor("BACKWARDS", null);
        if (!authorities.isEmpty() && !config.isTrustCerts()) {
            http.sslContext(keys(config), only(authorities));
        }
        return new Connection(http.build(), config.getMasterUrl().replaceAll("/+$", ""), credentials, files);
    }

    /**
     * Nobody else vouches for the API server, as for kubectl. Fabric8 adds them to the public ones that come with Java: any of those 150 could then vouch for it
     * too, and they take some MB of the agent's memory.
     */
    private static TrustManager[] only(List<X509Certificate> authorities) throws IOException {
        try {
            return Authorities.trust(authorities);
        } catch (GeneralSecurityException e) {
            throw new IOException("certificate-authority: cannot be used: " + Causes.words(e), e);
        }
    }

    private static KeyManager[] keys(Config config) throws IOException {
        try {
            return SSLUtils.keyManagers(config);
        } catch (GeneralSecurityException e) { // its words may show a piece of a key
            throw new IOException("client-key: cannot be used (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    private RuntimeUnavailable unusable(String why) {
        return new RuntimeUnavailable(
                RuntimeReason.RUNTIME_FORBIDDEN,
                source() + ": " + why
                        + " (expected: a kubeconfig that the agent's user may read; setting kubernetes.kubeconfig)",
                null);
    }

    private String source() {
        return kubeconfig.map(Path::toString).orElse(IN_CLUSTER.toString());
    }

    private static RuntimeUnavailable timeout(Connection to, Call call, Throwable cause) {
        return new RuntimeUnavailable(
                RuntimeReason.RUNTIME_TIMEOUT,
                to.server() + ": " + call.method() + " " + call.path() + " took longer than "
                        + call.limit().toSeconds() + " s. Is the API server or its store overloaded?",
                cause);
    }

    private RuntimeUnavailable unreached(Connection to, Throwable cause) {
        return new RuntimeUnavailable(
                RuntimeReason.RUNTIME_UNREACHABLE, Unreached.words(to.server(), source(), cause), cause);
    }

    private static Throwable root(Throwable cause) {
        Throwable at = cause;
        while (at.getCause() != null && !(at instanceof HttpTimeoutException)) {
            at = at.getCause();
        }
        return at;
    }

    @Override
    public synchronized void close() {
        if (connection != null) {
            connection.http().close();
            connection = null;
        }
    }
}
