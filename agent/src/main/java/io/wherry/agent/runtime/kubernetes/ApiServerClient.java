package io.wherry.agent.runtime.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    private record Connection(HttpClient http, String server) {}

    /**
     *
     *
     * @param kubeconfig empty: the service account of the pod that this agent runs in
     */
    ApiServerClient(Optional<Path> kubeconfig) {
        this.kubeconfig = kubeconfig;
    }

    @Override
    public Answer call(Call call) {
        Connection to = connection();
        Answer answer = send(to, call);
        if (answer.status() == 401) {
            forget(to); // certificates and tokens are renewed by whoever gave them: the next call reads them anew
            throw new RuntimeUnavailable(
                    RuntimeReason.RUNTIME_FORBIDDEN,
                    to.server() + ": 401 Unauthorized: the credentials in " + source()
                            + " are not, or no longer, valid. Take a fresh one from the cluster's administrator",
                    null);
        }
        return answer;
    }

    private Answer send(Connection to, Call call) {
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
            throw root(e) instanceof java.net.http.HttpTimeoutException ? timeout(to, call, e) : unreachable(to, e);
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
        if (known == null) {
            known = connect();
            connection = known;
        }
        return known;
    }

    private synchronized void forget(Connection stale) {
        if (stale.equals(connection)) {
            connection = null;
            stale.http().close();
        }
    }

    private Connection connect() {
        try {
            Config config = kubeconfig.isPresent() ? ofFile(kubeconfig.get()) : ofPod();
            config.setRequestRetryBackoffLimit(0);
            config.setHttpProxy(null); // the proxy of the agent's environment leads to the hub
            config.setHttpsProxy(null);
            HttpClient http = new JdkHttpClientFactory()
                    .newBuilder(config)
                    .addOrReplaceInterceptor("BACKWARDS", null)
                    .build();
            return new Connection(http, config.getMasterUrl().replaceAll("/+$", ""));
        } catch (IOException e) {
            throw unusable(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // Of whatever kind the readers of YAML, keys and certificates throw; their words may show a piece of the
            // file, which holds secrets.
            throw unusable("cannot be read as a kubeconfig (" + e.getClass().getSimpleName() + ")");
        }
    }

    private RuntimeUnavailable unusable(String why) {
        return new RuntimeUnavailable(
                RuntimeReason.RUNTIME_FORBIDDEN,
                source() + ": " + why
                        + " (expected: a kubeconfig that the agent's user may read; setting kubernetes.kubeconfig)",
                null);
    }

    private static Config ofFile(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(Files.exists(file) ? "may not be read" : "no such file");
        }
        return Config.fromKubeconfig(file.toFile());
    }

    private static Config ofPod() throws IOException {
        if (!Files.isReadable(IN_CLUSTER.resolve("token"))) {
            throw new IOException("no service account: this agent runs in no pod");
        }
        return Config.autoConfigure(null);
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

    private static RuntimeUnavailable unreachable(Connection to, Throwable cause) {
        return new RuntimeUnavailable(
                RuntimeReason.RUNTIME_UNREACHABLE,
                to.server() + ": " + rootMessage(cause)
                        + ". Does the cluster's API server run? On K3s see: systemctl status k3s",
                cause);
    }

    private static Throwable root(Throwable cause) {
        Throwable at = cause;
        while (at.getCause() != null && !(at instanceof java.net.http.HttpTimeoutException)) {
            at = at.getCause();
        }
        return at;
    }

    private static String rootMessage(Throwable cause) {
        Throwable root = root(cause);
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    @Override
    public synchronized void close() {
        if (connection != null) {
            connection.http().close();
            connection = null;
        }
    }
}
