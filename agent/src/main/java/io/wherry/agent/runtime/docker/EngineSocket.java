package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.base.Durations;
import io.wherry.base.Workers;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine behind its socket, by docker-java's transport over httpclient5.
 *
 * <p>A Unix socket of the JDK knows no read timeout, so each call runs on a thread of its own and is interrupted when its time is over, which
 * closes the connection.
 */
public final class EngineSocket implements Engine {
    /** Largest answer that is read whole: the list of 10,000 containers takes about 20 MiB. */
    private static final int MAX_ANSWER_BYTES = 32 << 20;

    /** The end of a pull's progress: its last lines hold the error. */
    private static final int TAIL_BYTES = 64 << 10;

    /** Connections kept: as many as calls run side by side, and one for the person at the console. */
    private static final int MAX_CONNECTIONS = DockerRuntime.SIDE_BY_SIDE + 1;

    /** A local socket connects at once or not at all. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    /** The client asks for 4 KiB at a time, each of which would be a call to the medium and one of a digest. */
    private static final int LOAD_BUFFER_BYTES = 256 << 10;

    /** As a gateway says that what is behind it did not answer. */
    private static final int STANDS_STILL = 504;

    private static final String TAR = "application/x-tar";

    private static final String NO_ANSWER = " failed to respond";

    private static final Duration VERSION_LIMIT = Duration.ofSeconds(10);

    private final URI host;
    private final Duration versionLimit;
    private final DockerHttpClient http;
    private volatile @Nullable Peer peer;

    /** Who listens there. */
    private record Peer(ApiVersion version, boolean podman) {
        static Peer of(Json.Obj answer) {
            boolean podman = Likeness.objects(answer, "Components").stream()
                    .anyMatch(part -> part.findString("Name").orElse("").equals("Podman Engine"));
            return new Peer(ApiVersion.negotiate(answer), podman);
        }
    }

    public EngineSocket(URI host) {
        this(host, VERSION_LIMIT);
    }

    /** With a time limit of its own for the first question. */
    EngineSocket(URI host, Duration versionLimit) {
        this.host = host;
        this.versionLimit = versionLimit;
        this.http = new ApacheDockerHttpClient.Builder()
                .dockerHost(host)
                .maxConnections(MAX_CONNECTIONS)
                .connectionTimeout(CONNECT_LIMIT)
                .build();
    }

    @Override
    public byte[] call(Call call) {
        return send(call, "/v" + version() + call.path(), request -> body(request, call));
    }

    @Override
    public byte[] follow(Call call, Duration silence, Consumer<String> each) {
        String path = "/v" + version() + call.path();
        AtomicLong moved = new AtomicLong(System.nanoTime());
        Consumer<String> line = text -> {
            moved.set(System.nanoTime());
            each.accept(text);
        };
        return send(call, () -> {
            try {
                return Workers.whileMoving(
                        call.limit(),
                        silence,
                        moved::get,
                        "docker " + call.method(),
                        () -> exchange(call, path, request -> body(request, call), line));
            } catch (TimeoutException e) {
                if (System.nanoTime() - moved.get() < silence.toNanos()) {
                    throw e;
                }
                throw new EngineException(
                        STANDS_STILL,
                        "nothing came for " + Durations.format(silence)
                                + ", so it was broken off: the registry or the way to it stands still",
                        call.method() + " " + call.path());
            }
        });
    }

    private static void body(DockerHttpClient.Request.Builder request, Call call) {
        call.login().ifPresent(login -> request.putHeader("X-Registry-Auth", login.reveal()));
        if (call.body() != null) {
            request.putHeader("Content-Type", "application/json");
            request.bodyBytes(JsonWriter.compact(call.body()).getBytes(UTF_8));
        }
    }

    @Override
    public byte[] load(InputStream archive, Duration limit) {
        Call call = new Call("POST", "/images/load?quiet=1", null, limit, true);
        return send(call, "/v" + version() + call.path(), request -> request.putHeader("Content-Type", TAR)
                .body(new BufferedInputStream(archive, LOAD_BUFFER_BYTES)));
    }

    @Override
    public byte[] put(String path, byte[] archive, Duration limit) {
        Call call = new Call("PUT", path, null, limit, false);
        return send(call, "/v" + version() + path, request -> request.putHeader("Content-Type", TAR)
                .bodyBytes(archive));
    }

    /** Asked once per connection to an engine: it may have been replaced by another version after it was away. */
    @Override
    public ApiVersion version() {
        return peer().version();
    }

    @Override
    public boolean isPodman() {
        return peer().podman();
    }

    private Peer peer() {
        Peer known = peer;
        if (known == null) {
            byte[] answer = send(new Call("GET", "/version", null, versionLimit, false), "/version", request -> {});
            known = Peer.of(JsonReader.object(answer));
            peer = known;
        }
        return known;
    }

    private byte[] send(Call call, String path, Consumer<DockerHttpClient.Request.Builder> body) {
        return send(
                call,
                () -> Workers.within(
                        call.limit(), "docker " + call.method(), () -> exchange(call, path, body, _ -> {})));
    }

    /** One call with its time limits. */
    private interface Timed {
        byte[] make() throws TimeoutException, ExecutionException, InterruptedException;
    }

    private byte[] send(Call call, Timed timed) {
        try {
            return timed.make();
        } catch (TimeoutException e) {
            throw new RuntimeUnavailable(
                    RuntimeReason.RUNTIME_TIMEOUT,
                    host + ": " + call.method() + " " + call.path() + " took longer than "
                            + call.limit().toSeconds() + " s. Is the engine or its disk overloaded? See: docker info",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailable(RuntimeReason.RUNTIME_TIMEOUT, host + ": the call was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EngineException refused) {
                throw refused;
            }
            if (e.getCause() instanceof ReasonedException brokenOff) {
                throw brokenOff;
            }
            peer = null;
            throw unreachable(e.getCause() == null ? e : e.getCause());
        }
    }

    private byte[] exchange(
            Call call, String path, Consumer<DockerHttpClient.Request.Builder> content, Consumer<String> each)
            throws IOException {
        DockerHttpClient.Request.Builder request = DockerHttpClient.Request.builder();
        request.method(call.method()).path(path);
        content.accept(request);
        try (DockerHttpClient.Response response = http.execute(request.build());
                InputStream body = response.getBody()) {
            byte[] answer = call.tail() ? tail(body, response, each) : whole(body, call);
            int status = response.getStatusCode();
            if (status >= 400) {
                throw new EngineException(status, words(answer), call.method() + " " + call.path());
            }
            return answer;
        }
    }

    private static byte[] whole(InputStream body, Call call) throws IOException {
        byte[] answer = body.readNBytes(MAX_ANSWER_BYTES + 1);
        if (answer.length > MAX_ANSWER_BYTES) {
            throw new IOException(call.path() + ": the answer is longer than " + MAX_ANSWER_BYTES + " bytes");
        }
        return answer;
    }

    private static byte[] tail(InputStream body, DockerHttpClient.Response response, Consumer<String> each)
            throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        LineCutter lines = new LineCutter(each);
        byte[] buffer = new byte[8 << 10];
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            kept.write(buffer, 0, read);
            try {
                lines.take(buffer, read);
            } catch (ReasonedException e) {
                response.close(); // first: a body that is closed before is read to its end
                throw e;
            }
            if (kept.size() > 2 * TAIL_BYTES) {
                byte[] all = kept.toByteArray();
                kept.reset();
                kept.writeBytes(Arrays.copyOfRange(all, all.length - TAIL_BYTES, all.length));
            }
        }
        return kept.toByteArray();
    }

    private static String words(byte[] answer) {
        try {
            return JsonReader.object(answer).findString("message").orElse("no message");
        } catch (JsonException e) {
            return new String(answer, UTF_8).strip();
        }
    }

    private RuntimeUnavailable unreachable(Throwable cause) {
        String why = rootMessage(cause);
        if (why.contains("Permission denied")) {
            return new RuntimeUnavailable(
                    RuntimeReason.RUNTIME_FORBIDDEN, SocketAccess.denied(host, System.getProperty("user.name")), cause);
        }
        return new RuntimeUnavailable(
                RuntimeReason.RUNTIME_UNREACHABLE,
                host + ": " + why + ". Is the Docker engine running? See: systemctl status docker",
                cause);
    }

    private static String rootMessage(Throwable cause) {
        Throwable at = cause;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        if (at.getMessage() == null) {
            return at.getClass().getSimpleName();
        }
        // The client says "localhost:2375 failed to respond", which is a place that nobody asked.
        return at.getMessage().endsWith(NO_ANSWER) ? "ended the connection without an answer" : at.getMessage();
    }

    @Override
    public void close() {
        try {
            http.close();
        } catch (IOException e) {
            throw new RuntimeUnavailable(RuntimeReason.RUNTIME_ERROR, host + ": could not close the connection", e);
        }
    }
}
