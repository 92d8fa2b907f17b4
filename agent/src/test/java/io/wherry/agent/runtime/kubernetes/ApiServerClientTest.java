package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.kubernetes.ApiServer.Answer;
import io.wherry.agent.runtime.kubernetes.ApiServer.Call;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over plain HTTP to a server of the test's own. */
class ApiServerClientTest {
    @TempDir
    Path folder;

    private HttpServer server;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicReference<String> impersonated = new AtomicReference<>("");
    private final AtomicReference<String> token = new AtomicReference<>("");
    private final CountDownLatch end = new CountDownLatch(1);

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            calls.incrementAndGet();
            impersonated.set(String.valueOf(exchange.getRequestHeaders().getFirst("Impersonate-User")));
            token.set(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            String path = exchange.getRequestURI().getPath();
            int status = path.matches("/[0-9]+") ? Integer.parseInt(path.substring(1)) : 200;
            if (path.equals("/slow")) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            if (path.equals("/broken") || (path.equals("/broken-once") && calls.get() == 1)) {
                exchange.close(); // without an answer
                return;
            }
            byte[] body = "{\"message\":\"so\"}".getBytes(UTF_8);
            exchange.getResponseHeaders().add("Retry-After", "7");
            exchange.sendResponseHeaders(status, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
    }

    private ApiServerClient client(int port) throws IOException {
        return client("http://127.0.0.1:" + port);
    }

    private ApiServerClient client(String address) throws IOException {
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s"}}]
                users: [{name: u, user: {token: t}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(address));
        return new ApiServerClient(Optional.of(kubeconfig));
    }

    private static Call patch(String path) {
        return new Call("PATCH", path, "", "application/json", "{}", Optional.empty(), Duration.ofSeconds(30));
    }

    private static Call get(String path, Duration limit, Optional<String> as) {
        return new Call("GET", path, "application/json", "", "", as, limit);
    }

    private static Call get(String path) {
        return get(path, Duration.ofSeconds(30), Optional.empty());
    }

    @Test
    void anAnswerComesAsItIsWhateverItsStatusAndIsAskedForOnce() throws IOException {
        try (ApiServerClient client = client(server.getAddress().getPort())) {
            for (int status : new int[] {200, 404, 429, 500, 503}) {
                calls.set(0);
                Answer answer = client.call(get("/" + status));
                assertThat(answer.status()).isEqualTo(status);
                assertThat(new String(answer.body(), UTF_8)).isEqualTo("{\"message\":\"so\"}");
                assertThat(answer.retryAfter()).contains(Duration.ofSeconds(7));
                assertThat(calls.get()).as("status %d", status).isEqualTo(1);
            }
        }
    }

    @Test
    void anAnswerThatIsFollowedComesBitByBitAndItsEndIsTold() throws Exception {
        try (ApiServerClient client = client(server.getAddress().getPort())) {
            assertThat(followed(client, "/")).isEqualTo("{\"message\":\"so\"} 200");
            assertThat(followed(client, "/410")).isEqualTo("{\"message\":\"so\"} 410");
            server.stop(0);
            assertThat(followed(client, "/")).as("no answer").isEqualTo(" 0");
        }
    }

    private static String followed(ApiServerClient client, String path) throws Exception {
        List<String> came = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch ended = new CountDownLatch(1);
        client.follow(get(path), new ApiServer.Follower() {
            @Override
            public void part(byte[] bytes) {
                came.add(new String(bytes, UTF_8));
            }

            @Override
            public void ended(int status) {
                came.add(" " + status);
                ended.countDown();
            }
        });
        assertThat(ended.await(30, TimeUnit.SECONDS)).as("told its end").isTrue();
        return String.join("", came);
    }

    @Test
    void actsAsWhoItIsToldTo() throws IOException {
        try (ApiServerClient client = client(server.getAddress().getPort())) {
            client.call(get("/", Duration.ofSeconds(30), Optional.of("system:serviceaccount:shop:deployer")));
            assertThat(impersonated.get()).isEqualTo("system:serviceaccount:shop:deployer");
            client.call(get("/"));
            assertThat(impersonated.get()).isEqualTo("null");
        }
    }

    @Test
    void oneThatDoesNotAnswerInTimeIsToldAsThat() throws IOException {
        try (ApiServerClient client = client(server.getAddress().getPort())) {
            refuses(
                    client,
                    get("/slow", Duration.ofMillis(300), Optional.empty()),
                    RuntimeReason.RUNTIME_TIMEOUT,
                    "GET /slow took longer than");
        }
    }

    @Test
    void oneThatIsNotThereIsToldWithItsAddressAndWhereToLook() throws IOException {
        int port = server.getAddress().getPort();
        server.stop(0);
        try (ApiServerClient client = client(port)) {
            refuses(client, get("/"), RuntimeReason.RUNTIME_UNREACHABLE, "http://127.0.0.1:" + port + ": ");
        }
    }

    @Test
    void aConnectionThatBreaksIsMadeAnewOnce() throws IOException {
        try (ApiServerClient client = client(server.getAddress().getPort())) {
            assertThat(client.call(patch("/broken-once")).status()).isEqualTo(200);
            assertThat(calls.get()).isEqualTo(2);
            calls.set(0);
            refuses(client, patch("/broken"), RuntimeReason.RUNTIME_UNREACHABLE, "Does the cluster's API server run?");
            assertThat(calls.get()).isEqualTo(2);
        }
    }

    @Test
    void aKubeconfigThatIsReplacedIsReadAnewByTheNextCall() throws IOException {
        int port = server.getAddress().getPort();
        try (ApiServerClient client = client(port)) {
            client.call(get("/"));
            assertThat(token.get()).isEqualTo("Bearer t");
            Path file = folder.resolve("kubeconfig");
            String next = Files.readString(file).replace("token: t", "token: next");
            Files.move(
                    Files.writeString(folder.resolve("part"), next),
                    file,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            client.call(get("/"));
            assertThat(token.get()).isEqualTo("Bearer next");
            Files.delete(file);
            refuses(client, get("/"), RuntimeReason.RUNTIME_FORBIDDEN, file + ": no such file");
        }
    }

    @Test
    void aServerThatSpeaksNoTlsOrHasNoNameIsToldAsThat() throws IOException {
        try (ServerSocket plain = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().start(() -> answerInPlain(plain));
            try (ApiServerClient client = client("https://127.0.0.1:" + plain.getLocalPort())) {
                refuses(
                        client,
                        get("/"),
                        RuntimeReason.RUNTIME_UNREACHABLE,
                        "does not speak TLS there. See the cluster's server in " + folder + "/kubeconfig");
            }
        }
        try (ApiServerClient client = client("http://nowhere.invalid:1")) {
            refuses(client, get("/"), RuntimeReason.RUNTIME_UNREACHABLE, "there is no host of that name");
        }
    }

    private static void answerInPlain(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket caller = server.accept()) {
                caller.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
                caller.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // the caller has gone, or the test is over
            }
        }
    }

    @Test
    void credentialsThatAreNotValidNameTheFileAndAreReadAnewTheNextTime() throws IOException {
        try (ApiServerClient client = client(server.getAddress().getPort())) {
            refuses(client, get("/401"), RuntimeReason.RUNTIME_FORBIDDEN, folder + "/kubeconfig");
            assertThat(client.call(get("/")).status()).isEqualTo(200);
        }
    }

    @Test
    void aKubeconfigThatIsMissingOrNoneIsNamed() throws IOException {
        try (ApiServerClient client = new ApiServerClient(Optional.of(folder.resolve("none")))) {
            refuses(client, get("/"), RuntimeReason.RUNTIME_FORBIDDEN, folder + "/none: no such file");
        }
        Path broken = Files.writeString(folder.resolve("broken"), "clusters: [");
        try (ApiServerClient client = new ApiServerClient(Optional.of(broken))) {
            refuses(
                    client,
                    get("/"),
                    RuntimeReason.RUNTIME_FORBIDDEN,
                    folder + "/broken: is no YAML: line 1, column 12");
        }
    }

    private static void refuses(ApiServerClient client, Call call, RuntimeReason reason, String words) {
        assertThatExceptionOfType(RuntimeUnavailable.class)
                .isThrownBy(() -> client.call(call))
                .withMessageContaining(words)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
