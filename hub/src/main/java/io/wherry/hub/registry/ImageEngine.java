package io.wherry.hub.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import io.wherry.base.Workers;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** A Docker engine on the hub's own machine, which is asked and never told anything. */
public final class ImageEngine implements AutoCloseable {
    /** A local socket connects at once or not at all. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    private static final Duration QUESTION_LIMIT = Duration.ofSeconds(30);
    private static final int MAX_ANSWER_BYTES = 4 << 20;
    private static final int CONNECTIONS = 4;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final Path socket;
    private final DockerHttpClient http;

    /** Does not ask it yet. */
    public ImageEngine(Path socket) {
        this.socket = socket;
        this.http = new ApacheDockerHttpClient.Builder()
                .dockerHost(URI.create("unix://" + socket))
                .maxConnections(CONNECTIONS)
                .connectionTimeout(CONNECT_LIMIT)
                .build();
    }

    /** @throws RegistryException if it does not answer */
    public void requireAnswers() throws RegistryException {
        ask("images", QUESTION_LIMIT, "/_ping", body -> body.readNBytes(MAX_ANSWER_BYTES), new byte[0]);
    }

    /** Reads an answer. */
    @FunctionalInterface
    interface Reader<T> {
        T read(InputStream body) throws IOException;
    }

    /**
     * Asks for something small.
     *
     * @param what for an error: the image's name
     * @param none where the engine does not know it
     */
    <T> T question(String what, String path, Reader<T> reader, T none) throws RegistryException {
        return ask(what, QUESTION_LIMIT, path, reader, none);
    }

    /**
     * Asks, and reads an answer of any length.
     *
     * @param limit for all of it: a Unix socket knows none
     * @throws RegistryException if it cannot be had, or not read
     */
    <T> T ask(String what, Duration limit, String path, Reader<T> reader, T none) throws RegistryException {
        Callable<T> exchange = () -> {
            DockerHttpClient.Request request =
                    DockerHttpClient.Request.builder().method("GET").path(path).build();
            try (DockerHttpClient.Response response = http.execute(request);
                    InputStream body = response.getBody()) {
                return switch (response.getStatusCode()) {
                    case OK -> reader.read(body);
                    case NOT_FOUND -> none;
                    default ->
                        throw new RegistryException(
                                what + ": the engine at " + socket + " answers " + response.getStatusCode() + ": "
                                        + new String(body.readNBytes(MAX_ANSWER_BYTES), UTF_8).strip(),
                                "see what it says of itself: docker info");
                };
            }
        };
        try {
            return Workers.within(limit, "image-engine", exchange);
        } catch (TimeoutException e) {
            throw new RegistryException(
                    what + ": the engine at " + socket + " took longer than " + limit.toSeconds() + " s",
                    "is it or its disk overloaded? See: docker info",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException(what + ": the hub stops", "try again", e);
        } catch (ExecutionException e) {
            throw failed(what, e.getCause() == null ? e : e.getCause());
        }
    }

    private RegistryException failed(String what, Throwable cause) {
        return switch (cause) {
            case RegistryException already -> already;
            case JsonException e ->
                new RegistryException(
                        what + ": the answer at " + socket + " cannot be read: " + e.getMessage(),
                        "is that a Docker engine?",
                        e);
            default ->
                new RegistryException(
                        what + ": the engine at " + socket + " cannot be asked: " + cause.getMessage(),
                        "start it, let the hub's user open its socket (usermod -aG docker wherry-hub), or take images.engineSocket out of hub.yaml",
                        cause);
        };
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
