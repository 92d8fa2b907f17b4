package io.wherry.e2e.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.TunnelProxy;
import io.wherry.e2e.git.GitHttpsServer.Mode;
import io.wherry.hub.db.Database;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.Source;
import io.wherry.hub.source.Fetch;
import io.wherry.hub.source.GitCredential;
import io.wherry.hub.source.GitMirrors;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.Merged;
import io.wherry.hub.source.SourceChecks;
import io.wherry.hub.source.SourceReason;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Sources against a real Git server: git-http-backend behind nginx, over TLS. */
class GitSourceIT {
    private static final Ref MAIN = new Ref.Branch("main");

    /** More than a client tells a server about before it reads what the server says. */
    private static final int LONG_HISTORY = 100;

    private static final Duration INTERVAL = Duration.ofMinutes(5);

    @TempDir
    static Path serverFolder;

    @TempDir
    Path hubFolder;

    private static GitHttpsServer server;
    private Database db;
    private GitMirrors mirrors;
    private SourceChecks checks;
    private Repository repository;

    @BeforeAll
    static void startServer() {
        server = GitHttpsServer.start(serverFolder);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startHub(TestInfo test) {
        repository = server.repository(test.getTestMethod().orElseThrow().getName());
        db = Database.open(hubFolder.resolve("hub.db"));
        mirrors = new GitMirrors(hubFolder.resolve("mirrors"), List.of(), Clock.systemUTC());
        checks = new SourceChecks(
                mirrors,
                (name, host) -> Optional.of(
                        switch (name) {
                            case "basic" -> new GitCredential.Basic(GitHttpsServer.USER, GitHttpsServer.PASSWORD);
                            case "wrong" -> new GitCredential.Basic(GitHttpsServer.USER, "wrong");
                            default -> new GitCredential.Token(GitHttpsServer.TOKEN);
                        }),
                NoRegistries.CLIENT,
                db,
                Clock.systemUTC());
    }

    @AfterEach
    void stopHub() {
        mirrors.close();
        db.close();
    }

    private GitSource source(Mode mode, Optional<String> credential, Duration timeout) {
        return new GitSource(
                "uid-1",
                "shop",
                new Source.Repository(server.url(mode, repository), credential, Optional.of(server.authority())),
                timeout);
    }

    private GitSource through(TunnelProxy proxy, GitSource source) {
        Source.Repository plain = source.repository();
        return new GitSource(
                source.id(),
                source.name(),
                new Source.Repository(
                        plain.type(), plain.url(), plain.credentialRef(), plain.caBundle(), Optional.of(proxy.url())),
                source.timeout());
    }

    private GitSource source(Mode mode) {
        return source(mode, Optional.empty(), Duration.ofSeconds(20));
    }

    private Fetch check(GitSource source, Ref ref) {
        return Objects.requireNonNull(
                checks.check(source, Set.of(ref), INTERVAL, true).get(ref));
    }

    private Fetch.Fetched fetched(GitSource source, Ref ref) {
        Fetch fetch = check(source, ref);
        assertThat(fetch).isInstanceOf(Fetch.Fetched.class);
        return (Fetch.Fetched) fetch;
    }

    private Fetch.Failed failed(GitSource source, Ref ref) {
        Fetch fetch = check(source, ref);
        assertThat(fetch).isInstanceOf(Fetch.Failed.class);
        return (Fetch.Failed) fetch;
    }

    private static String text(Fetch.Fetched fetched, String path) {
        return new String(fetched.tree().file(path).orElseThrow().content(), UTF_8);
    }

    @Test
    void followsABranchAndTellsWhatWasMerged() {
        GitSource source = source(Mode.OPEN);
        String first = repository.commit("shop/compose.yaml", "one");

        assertThat(text(fetched(source, MAIN), "shop/compose.yaml")).isEqualTo("one");
        assertThat(check(source, MAIN)).isInstanceOf(Fetch.Unchanged.class);

        repository.commit(Map.of("shop/compose.yaml", "two"), "SHOP-42 raise the limit");
        Fetch.Fetched second = fetched(source, MAIN);
        assertThat(text(second, "shop/compose.yaml")).isEqualTo("two");
        assertThat(second.revision().author()).isEqualTo("Ada Author <ada@example.org>");
        List<Merged> merged =
                checks.merged(source, Optional.of(first), second.revision().commit(), SourceChecks.CHANGE_KEY);
        assertThat(merged).singleElement().extracting(Merged::changeKeys).isEqualTo(List.of("SHOP-42"));
    }

    @Test
    void followsALongHistoryAndFurtherBranchesOfItInBothVersionsOfTheProtocol() {
        for (int i = 0; i < LONG_HISTORY; i++) {
            repository.git("commit", "-q", "--allow-empty", "-m", "commit " + i);
        }
        repository.commit("compose.yaml", "long");
        for (Mode mode : List.of(Mode.OPEN, Mode.OLD)) {
            GitSource source = source(mode);
            fetched(source, MAIN);

            repository.commit("compose.yaml", "longer in " + mode);
            assertThat(text(fetched(source, MAIN), "compose.yaml")).isEqualTo("longer in " + mode);

            String other = "other-" + mode;
            repository.git("checkout", "-q", "-b", other, "main~" + LONG_HISTORY / 2);
            repository.commit("compose.yaml", "beside");
            assertThat(text(fetched(source, new Ref.Branch(other)), "compose.yaml"))
                    .isEqualTo("beside");
            repository.git("checkout", "-q", "main");
        }
    }

    @Test
    void readsWithBasicAndWithABearerToken() {
        repository.commit("compose.yaml", "one");

        fetched(source(Mode.BASIC, Optional.of("basic"), Duration.ofSeconds(20)), MAIN);
        fetched(source(Mode.BEARER, Optional.of("token"), Duration.ofSeconds(20)), MAIN);
        assertThat(failed(source(Mode.BASIC, Optional.of("wrong"), Duration.ofSeconds(20)), MAIN)
                        .reason())
                .isEqualTo(SourceReason.UNAUTHORISED);
        assertThat(failed(source(Mode.BASIC), MAIN).reason()).isEqualTo(SourceReason.UNAUTHORISED);
    }

    @Test
    void goesThroughTheProxyOfItsSourceAlone() throws Exception {
        repository.commit("compose.yaml", "one");
        try (TunnelProxy proxy = TunnelProxy.start()) {
            GitSource through = through(proxy, source(Mode.BASIC, Optional.of("basic"), Duration.ofSeconds(20)));

            assertThat(text(fetched(through, MAIN), "compose.yaml")).isEqualTo("one");

            String authority = URI.create(through.repository().url()).getRawAuthority();
            assertThat(proxy.asked()).isNotEmpty().containsOnly("CONNECT " + authority + " HTTP/1.1");
        }
    }

    @Test
    void resolvesTagsAndCommits() {
        String first = repository.commit("compose.yaml", "one");
        repository.git("tag", "light");
        repository.git("tag", "-a", "v1.0", "-m", "release 1.0");
        String middle = repository.commit("compose.yaml", "two");
        repository.commit("compose.yaml", "three");
        repository.git("push", "-q", "--tags", "origin");
        GitSource source = source(Mode.OPEN);

        assertThat(fetched(source, new Ref.Tag("light")).revision().commit()).isEqualTo(first);
        assertThat(fetched(source, new Ref.Tag("v1.0")).revision().commit()).isEqualTo(first);
        assertThat(text(fetched(source, new Ref.Commit(middle)), "compose.yaml"))
                .isEqualTo("two");
        assertThat(failed(source, new Ref.Commit("ab".repeat(20))).reason()).isEqualTo(SourceReason.COMMIT_NOT_FOUND);

        repository.git("tag", "-f", "light", "HEAD");
        repository.git("push", "-q", "-f", "origin", "light");
        assertThat(failed(source, new Ref.Tag("light")).reason()).isEqualTo(SourceReason.TAG_MOVED);
    }

    @Test
    void holdsARewrittenBranchUntilAPersonAccepts() {
        GitSource source = source(Mode.OPEN);
        repository.commit("compose.yaml", "one");
        String deployed = repository.commit("compose.yaml", "two");
        fetched(source, MAIN);
        checks.deployed(source, MAIN, Map.of("stack-1", deployed));
        repository.git("reset", "-q", "--hard", "HEAD~1");
        repository.commit("compose.yaml", "other");

        assertThat(failed(source, MAIN).reason()).isEqualTo(SourceReason.HISTORY_REWRITTEN);
        assertThat(checks.tree(source, deployed).orElseThrow().file("compose.yaml"))
                .isPresent();
        db.write(handle -> checks.accept(handle, source.id()));
        assertThat(text(fetched(source, MAIN), "compose.yaml")).isEqualTo("other");
    }

    @Test
    void sendsNoCredentialToTheHostOfARedirect() {
        repository.commit("compose.yaml", "one");

        Fetch.Failed refused = failed(source(Mode.REDIRECT, Optional.of("basic"), Duration.ofSeconds(20)), MAIN);

        assertThat(refused.reason()).isEqualTo(SourceReason.REDIRECT_REFUSED);
        assertThat(refused.detail()).contains("elsewhere.invalid");
    }

    @Test
    void endsInTimeWhateverTheServerDoes() {
        repository.commit("compose.yaml", "one");
        for (Mode mode : List.of(Mode.HANG, Mode.DRIBBLE)) {
            Fetch.Failed failed = failed(source(mode, Optional.empty(), Duration.ofSeconds(2)), MAIN);

            assertThat(failed.reason()).as("%s: %s", mode, failed.detail()).isEqualTo(SourceReason.SERVER_TIMED_OUT);
        }
    }

    @Test
    void keepsTheLastGoodStateWhileTheServerIsOff() {
        GitSource source = source(Mode.OPEN);
        String good = repository.commit("compose.yaml", "one");
        fetched(source, MAIN);
        server.stop();
        try {
            assertThat(failed(source, MAIN).reason()).isEqualTo(SourceReason.SERVER_UNREACHABLE);
            assertThat(checks.tree(source, good).orElseThrow().file("compose.yaml"))
                    .isPresent();
        } finally {
            server.startAgain();
        }
        assertThat(check(source, MAIN)).isInstanceOf(Fetch.Unchanged.class);
    }

    @Test
    void anEmptyRepositoryAndAMissingOneAreNamed() {
        assertThat(failed(source(Mode.OPEN), MAIN).reason()).isEqualTo(SourceReason.REPOSITORY_EMPTY);
        GitSource gone = new GitSource(
                "uid-2",
                "gone",
                new Source.Repository(
                        "https://localhost:" + server.port() + "/open/gone.git",
                        Optional.empty(),
                        Optional.of(server.authority())),
                Duration.ofSeconds(20));
        assertThat(failed(gone, MAIN).reason()).isEqualTo(SourceReason.REPOSITORY_NOT_FOUND);
    }
}
