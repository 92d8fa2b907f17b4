package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real TLS on the loopback address, a real upload-pack behind it. */
class GitHttpsTest {
    private static final Ref MAIN = SourceHarness.MAIN;
    private static final String TOKEN = "s3cret-t0ken";
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString(("x-access-token:" + TOKEN).getBytes(UTF_8));

    /** Bytes: less than the header of a pack, which is read by itself. */
    private static final int CUT_STEP = 7;

    private static TestAuthority authority;

    @TempDir
    Path temporary;

    private SourceHarness hub;
    private OriginRepository repository;
    private HttpsOrigin origin;

    @BeforeAll
    static void makeAnAuthority() {
        authority = TestAuthority.create("test authority");
    }

    @BeforeEach
    void start() {
        GitCredentials vault = (name, host) -> name.equals("bot") && host.startsWith("127.0.0.1:")
                ? Optional.of(new GitCredential.Token(TOKEN))
                : Optional.empty();
        hub = new SourceHarness(temporary, GitLimits.DEFAULT, vault);
        repository = OriginRepository.create(temporary.resolve("origin.git"));
        repository.commit("main", "compose.yaml", "one");
        origin = serverFor("127.0.0.1", tomorrow());
    }

    @AfterEach
    void stop() {
        origin.close();
        repository.close();
        hub.close();
    }

    private HttpsOrigin serverFor(String host, Instant until) {
        return HttpsOrigin.start(authority.server(host, until), repository.repository());
    }

    private static Instant tomorrow() {
        return Instant.now().plus(Duration.ofDays(1));
    }

    private GitSource source(Optional<String> credential) {
        return source(origin.url(), credential, Duration.ofSeconds(20));
    }

    private static GitSource source(String url, Optional<String> credential, Duration timeout) {
        return SourceHarness.source("shop", url, credential, Optional.of(authority.pem()), timeout);
    }

    @Test
    void fetchesOverHttpsWithACredential() {
        GitSource source = source(Optional.of("bot"));

        assertThat(hub.fetched(source, MAIN).file("compose.yaml")).isPresent();
        assertThat(origin.credentials).hasSameSizeAs(origin.requests).containsOnly(BASIC);

        repository.commit("main", "compose.yaml", "two");
        assertThat(hub.fetched(source, MAIN).file("compose.yaml").orElseThrow().content())
                .isEqualTo("two".getBytes(UTF_8));
    }

    @Test
    void anIdleCheckIsOneListing() {
        GitSource source = source(Optional.empty());
        hub.fetched(source, MAIN);
        origin.requests.clear();

        assertThat(hub.check(source, MAIN)).isInstanceOf(Fetch.Unchanged.class);

        assertThat(origin.requests)
                .containsExactly("GET /shop.git/info/refs?service=git-upload-pack", "POST /shop.git/git-upload-pack");
    }

    @Test
    void fetchesAPinnedCommitThatIsNoTip() {
        String pinned = repository.commit("main", "compose.yaml", "two");
        repository.commit("main", "compose.yaml", "three");

        assertThat(hub.fetched(source(Optional.empty()), new Ref.Commit(pinned))
                        .file("compose.yaml")
                        .orElseThrow()
                        .content())
                .isEqualTo("two".getBytes(UTF_8));
    }

    @Test
    void sendsATokenAsBearerWhereTheServerAsksForThatAlone() {
        origin.behaviour = (server, exchange) -> {
            if (("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                HttpsOrigin.serve(server, exchange);
            } else {
                HttpsOrigin.status(401, "WWW-Authenticate", "Bearer realm=\"git\"")
                        .answer(server, exchange);
            }
        };

        hub.fetched(source(Optional.of("bot")), MAIN);
    }

    @Test
    void saysWhatIsWrongWithTheCredential() {
        origin.behaviour = HttpsOrigin.status(401, "WWW-Authenticate", "Basic realm=\"git\"");

        Fetch.Failed without = hub.failed(source(Optional.empty()), MAIN);
        assertThat(without.reason()).isEqualTo(SourceReason.UNAUTHORISED);
        assertThat(without.detail()).contains("401", "no credential");
        Fetch.Failed wrong = hub.failed(source(Optional.of("bot")), MAIN);
        assertThat(wrong.detail()).contains("to the source's credential").doesNotContain(TOKEN);
        Fetch.Failed unknown = hub.failed(source(Optional.of("nobody")), MAIN);
        assertThat(unknown.detail()).contains("\"nobody\"", "127.0.0.1");
        origin.behaviour = HttpsOrigin.status(403);
        assertThat(hub.failed(source(Optional.of("bot")), MAIN).reason()).isEqualTo(SourceReason.UNAUTHORISED);
    }

    @Test
    void tellsAMissingRepositoryABrokenServerAndAPageApart() {
        GitSource source = source(Optional.empty());
        origin.behaviour = HttpsOrigin.status(404);
        assertThat(hub.failed(source, MAIN).reason()).isEqualTo(SourceReason.REPOSITORY_NOT_FOUND);
        origin.behaviour = HttpsOrigin.status(502);
        assertThat(hub.failed(source, MAIN).reason()).isEqualTo(SourceReason.SERVER_FAILED);
        origin.behaviour = HttpsOrigin.status(200);
        Fetch.Failed page = hub.failed(source, MAIN);
        assertThat(page.reason()).isEqualTo(SourceReason.NOT_A_GIT_SERVER);
        assertThat(page.detail()).contains("text/plain");
        assertThat(origin.requests).as("the old protocol is not tried").allMatch(r -> r.contains("git-upload-pack"));
    }

    @Test
    void refusesARedirectToAnotherHostAndSendsNothingThere() {
        try (HttpsOrigin other = serverFor("127.0.0.1", tomorrow())) {
            origin.behaviour = HttpsOrigin.status(302, "Location", other.url() + "/info/refs?service=git-upload-pack");

            Fetch.Failed refused = hub.failed(source(Optional.of("bot")), MAIN);

            assertThat(refused.reason()).isEqualTo(SourceReason.REDIRECT_REFUSED);
            assertThat(refused.detail()).contains("127.0.0.1:" + other.port(), "no credential was sent there");
            assertThat(other.requests).isEmpty();
        }
    }

    @Test
    void namesARedirectThatLeadsToNoServer() {
        Map<String, String> told = Map.of(
                "file:/etc/shadow",
                "file:;",
                "git:shop",
                "git:;",
                "https://bot:hunter2@elsewhere.example/shop",
                "https://elsewhere.example;");
        told.forEach((elsewhere, name) -> {
            origin.behaviour = HttpsOrigin.status(302, "Location", elsewhere);

            Fetch.Failed refused = hub.failed(source(Optional.of("bot")), MAIN);

            assertThat(refused.reason()).isEqualTo(SourceReason.REDIRECT_REFUSED);
            assertThat(refused.detail()).contains("redirects to " + name).doesNotContain("null", "hunter2");
        });
    }

    @Test
    void followsARedirectOnTheSameServer() {
        origin.behaviour = (server, exchange) -> {
            if (exchange.getRequestURI().getPath().startsWith("/shop.git/")) {
                HttpsOrigin.status(301, "Location", "/moved.git/info/refs?service=git-upload-pack")
                        .answer(server, exchange);
            } else {
                HttpsOrigin.serve(server, exchange);
            }
        };

        hub.fetched(source(Optional.of("bot")), MAIN);
    }

    @Test
    void explainsCertificates() {
        Fetch.Failed unknown = hub.failed(SourceHarness.source("shop", origin.url()), MAIN);
        assertThat(unknown.reason()).isEqualTo(SourceReason.UNKNOWN_CERTIFICATE_AUTHORITY);
        assertThat(unknown.hint()).contains("caBundle");
        GitSource wrong = SourceHarness.source(
                "shop",
                origin.url(),
                Optional.empty(),
                Optional.of(TestAuthority.create("another").pem()),
                Duration.ofSeconds(20));
        assertThat(hub.failed(wrong, MAIN).detail()).contains("not in the source's caBundle");
        try (HttpsOrigin elsewhere = serverFor("git.example.org", tomorrow())) {
            Fetch.Failed name = hub.failed(source(elsewhere.url(), Optional.empty(), Duration.ofSeconds(20)), MAIN);
            assertThat(name.reason()).isEqualTo(SourceReason.CERTIFICATE_INVALID);
            assertThat(name.detail()).contains("another name");
        }
        try (HttpsOrigin old = serverFor("127.0.0.1", Instant.now().minus(Duration.ofHours(1)))) {
            assertThat(hub.failed(source(old.url(), Optional.empty(), Duration.ofSeconds(20)), MAIN)
                            .detail())
                    .contains("has expired");
        }
    }

    @Test
    void saysThatAServerCannotBeReached() {
        int port = origin.port();
        origin.close();

        Fetch.Failed refused = hub.failed(
                source("https://127.0.0.1:" + port + "/shop.git", Optional.empty(), Duration.ofSeconds(20)), MAIN);
        assertThat(refused.reason()).as(refused.detail()).isEqualTo(SourceReason.SERVER_UNREACHABLE);
        Fetch.Failed unknown = hub.failed(
                source("https://no-such-host.invalid/shop.git", Optional.empty(), Duration.ofSeconds(20)), MAIN);
        assertThat(unknown.reason()).as(unknown.detail()).isEqualTo(SourceReason.SERVER_UNREACHABLE);
        assertThat(unknown.detail()).contains("no-such-host.invalid");
    }

    /** Whatever such a proxy answers, it is not the server's word. */
    @Test
    void tellsAProxyThatLetsNobodyThroughFromTheServer() throws Exception {
        GitSource source = source(Optional.of("bot"));
        Map<String, String> told = Map.of("403 Forbidden", "it answered 403", "407 Login", "it asks for a login");
        for (Map.Entry<String, String> one : told.entrySet()) {
            try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                Thread.startVirtualThread(() -> answering(proxy, one.getKey()));
                String by = "http://127.0.0.1:" + proxy.getLocalPort();

                Fetch.Failed refused = hub.failed(through(by, source), MAIN);

                assertThat(refused.reason()).as(refused.detail()).isEqualTo(SourceReason.SERVER_UNREACHABLE);
                assertThat(refused.detail())
                        .isEqualTo("https://127.0.0.1:" + origin.port() + " cannot be reached through the proxy " + by
                                + ": " + one.getValue());
            }
        }
        Fetch.Failed gone = hub.failed(through("http://127.0.0.1:1", source), MAIN);
        assertThat(gone.detail()).contains("cannot be reached through the proxy http://127.0.0.1:1");
        Fetch.Failed unknown = hub.failed(through("http://no-such-proxy.invalid:3128", source), MAIN);
        assertThat(unknown.detail()).isEqualTo("no address is known for the host no-such-proxy.invalid");
        assertThat(origin.requests).isEmpty();
    }

    private static GitSource through(String proxy, GitSource source) {
        Source.Repository plain = source.repository();
        return new GitSource(
                source.id(),
                source.name(),
                new Source.Repository(
                        plain.type(), plain.url(), plain.credentialRef(), plain.caBundle(), Optional.of(proxy)),
                source.timeout());
    }

    private static void answering(ServerSocket proxy, String status) {
        while (!proxy.isClosed()) {
            try (Socket client = proxy.accept()) {
                client.getInputStream().read(new byte[1024]);
                client.getOutputStream()
                        .write(("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n").getBytes(UTF_8));
            } catch (IOException e) {
                // one side ended; the loop ends with this one
            }
        }
    }

    @Test
    void endsWithinItsTimeWhenTheServerNeverAnswers() throws java.io.IOException {
        origin.behaviour = (server, exchange) -> Thread.sleep(60_000);
        endsInTime(origin.url());
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            endsInTime("https://127.0.0.1:" + silent.getLocalPort() + "/shop.git"); // not even a handshake
        }
    }

    @Test
    void endsWithinItsTimeWhenTheServerDribbles() {
        origin.behaviour = HttpsOrigin.dribble();
        endsInTime(origin.url());
        AtomicInteger posts = new AtomicInteger();
        origin.behaviour = (server, exchange) -> { // two good listings, then a pack that never comes whole
            if (exchange.getRequestMethod().equals("GET") || posts.incrementAndGet() <= 2) {
                HttpsOrigin.serve(server, exchange);
            } else {
                HttpsOrigin.dribble().answer(server, exchange);
            }
        };
        endsInTime(origin.url());
    }

    @Test
    void anAnswerThatEndsAnywhereIsAFailureAtOnce() {
        GitSource source = source(Optional.empty());
        Fetch fetch;
        int sent = 0;
        do {
            sent += CUT_STEP;
            origin.answerBytes = sent;
            fetch = hub.check(source, MAIN);
            if (fetch instanceof Fetch.Failed failed) {
                assertThat(failed.reason())
                        .as("after %d bytes: %s", sent, failed)
                        .isEqualTo(SourceReason.SERVER_FAILED);
            }
        } while (fetch instanceof Fetch.Failed);

        assertThat(fetch).isInstanceOf(Fetch.Fetched.class);
        assertThat(sent).as("bytes of the longest answer").isGreaterThan(200);
    }

    private void endsInTime(String url) {
        Fetch.Failed failed = hub.failed(source(url, Optional.empty(), Duration.ofSeconds(2)), MAIN);

        assertThat(failed.reason()).as(failed.detail()).isEqualTo(SourceReason.SERVER_TIMED_OUT);
        assertThat(failed.detail()).contains("within");
    }

    @Test
    void takesNoMoreBytesThanItsLimit() {
        hub.close();
        hub = new SourceHarness(temporary, new GitLimits(10, 10_000, 1 << 20, 1_000, 1 << 30), GitCredentials.NONE);
        byte[] noise = new byte[100_000];
        new java.util.Random(1).nextBytes(noise);
        repository.commit(
                "main",
                java.util.Map.of(
                        "noise",
                        new OriginRepository.Node(org.eclipse.jgit.lib.FileMode.REGULAR_FILE, repository.blob(noise))),
                "noise");

        Fetch.Failed failed = hub.failed(source(Optional.empty()), MAIN);

        assertThat(failed.reason()).as(failed.detail()).isEqualTo(SourceReason.TOO_LARGE);
    }

    @Test
    void neverShowsACredential() {
        assertThat(List.of(new GitCredential.Token(TOKEN), new GitCredential.Basic("bot", TOKEN))
                        .toString())
                .doesNotContain(TOKEN);
    }
}
