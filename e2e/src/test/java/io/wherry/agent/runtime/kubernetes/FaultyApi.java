package io.wherry.agent.runtime.kubernetes;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.wherry.agent.runtime.kubernetes.ApiServer.Answer;
import io.wherry.agent.runtime.kubernetes.ApiServer.Call;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** An HTTP proxy on loopback in front of the tests' API server. It does to calls that change something, dry runs aside, what its test wants. */
public final class FaultyApi implements AutoCloseable {
    private final ApiServerClient behind;
    private final HttpServer server;
    private final Path kubeconfig;
    private final Queue<Fault> faults = new ArrayDeque<>();
    private final CountDownLatch end = new CountDownLatch(1);

    /** What happens to one changing call. */
    public sealed interface Fault {
        /** It passes. */
        record None() implements Fault {}

        /** It is not carried out, and answered with this. */
        record Answered(int status, Optional<Integer> retryAfter, String message) implements Fault {}

        /** The connection ends without an answer. */
        record Reset(boolean carriedOut) implements Fault {}

        /** It is not carried out and never answered. */
        record Silent() implements Fault {}
    }

    /** @param folder where a kubeconfig that leads here is written */
    public FaultyApi(Path kubeconfig, Path folder) throws IOException {
        this.behind = new ApiServerClient(Optional.of(kubeconfig));
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
        this.kubeconfig = Files.writeString(folder.resolve("faulty-kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: u, user: {token: none}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(
                        server.getAddress().getPort()));
    }

    public Path kubeconfig() {
        return kubeconfig;
    }

    /** What happens to the next calls that change something, one after another; then nothing does. */
    public void expect(List<Fault> next) {
        synchronized (faults) {
            faults.clear();
            faults.addAll(next);
        }
    }

    /** How many of them have not happened. */
    public int left() {
        synchronized (faults) {
            return faults.size();
        }
    }

    private Fault next() {
        synchronized (faults) {
            Fault next = faults.poll();
            return next == null ? new Fault.None() : next;
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call = call(exchange);
            switch (call.writes() ? next() : new Fault.None()) {
                case Fault.None() -> answer(exchange, behind.call(call));
                case Fault.Answered(int status, Optional<Integer> retryAfter, String message) ->
                    answer(
                            exchange,
                            new Answer(
                                    status,
                                    ("{\"kind\":\"Status\",\"message\":\"" + message + "\"}")
                                            .getBytes(StandardCharsets.UTF_8),
                                    retryAfter.map(Duration::ofSeconds)));
                case Fault.Reset(boolean carriedOut) -> {
                    if (carriedOut) {
                        behind.call(call);
                    }
                }
                case Fault.Silent() -> await();
            }
        }
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Call call(HttpExchange exchange) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        return new Call(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                headers.getFirst("Accept"),
                Optional.ofNullable(headers.getFirst("Content-Type")).orElse(""),
                body,
                Optional.ofNullable(headers.getFirst("Impersonate-User")),
                Duration.ofSeconds(60));
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        answer.retryAfter()
                .ifPresent(after -> exchange.getResponseHeaders().add("Retry-After", "" + after.toSeconds()));
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer.body());
        }
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        behind.close();
    }
}
