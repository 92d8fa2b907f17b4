package io.wherry.e2e.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Secret;
import io.wherry.hub.db.Database;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.SourceRules;
import io.wherry.hub.source.Fetch;
import io.wherry.hub.source.GitCredential;
import io.wherry.hub.source.GitMirrors;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.SourceChecks;
import io.wherry.hub.source.SourceReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Sources against OpenSSH's server with {@code git-shell} behind it. */
class GitSshIT {
    private static final Ref MAIN = new Ref.Branch("main");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** More than a client tells a server about before it reads what the server says. */
    private static final int LONG_HISTORY = 100;

    @TempDir
    static Path serverFolder;

    @TempDir
    Path hubFolder;

    private static SshServer server;
    private static final Map<String, String> KEYS = new HashMap<>();

    private Database db;
    private GitMirrors mirrors;
    private SourceChecks checks;
    private String name;
    private Repository repository;

    @BeforeAll
    static void startServer() {
        server = SshServer.start(serverFolder, "ed25519");
        KEYS.put("ed25519", server.userKey("ed25519", "ed25519"));
        KEYS.put("p256", server.userKey("p256", "ecdsa", "-b", "256"));
        KEYS.put("p384", server.userKey("p384", "ecdsa", "-b", "384", "-m", "PEM"));
        KEYS.put("rsa", server.userKey("rsa", "rsa", "-b", "3072"));
        KEYS.put("stranger", server.strangersKey("stranger"));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startHub(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName();
        repository = server.repository(name);
        db = Database.open(hubFolder.resolve("hub.db"));
        mirrors = new GitMirrors(hubFolder.resolve("mirrors"), List.of(), Clock.systemUTC());
        checks = new SourceChecks(
                mirrors,
                (credential, host) ->
                        Optional.ofNullable(KEYS.get(credential)).map(key -> new GitCredential.SshKey(Secret.of(key))),
                NoRegistries.CLIENT,
                db,
                Clock.systemUTC());
    }

    @AfterEach
    void stopHub() {
        mirrors.close();
        db.close();
    }

    private static GitSource source(String url, String credential, String hostKeys, Duration timeout) {
        return new GitSource(
                "uid-" + credential + hostKeys.length(),
                "shop",
                new Source.Repository(url, Optional.of(credential), Optional.empty())
                        .with(SourceRules.of(Optional.of(hostKeys).filter(keys -> !keys.isEmpty()), Optional.empty())),
                timeout);
    }

    private GitSource source(String credential) {
        return source(server.url(name), credential, server.hostKeys(), TIMEOUT);
    }

    private Fetch check(GitSource source, Ref ref) {
        return Objects.requireNonNull(
                checks.check(source, Set.of(ref), Duration.ofMinutes(5), true).get(ref));
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

    private void failsAs(SourceReason reason, GitSource source, String... told) {
        Fetch.Failed failed = failed(source, MAIN);
        assertThat(failed.reason()).as(failed.toString()).isEqualTo(reason);
        List.of(told).forEach(text -> assertThat(failed.toString()).contains(text));
    }

    private static String text(Fetch.Fetched fetched) {
        return new String(fetched.tree().file("compose.yaml").orElseThrow().content(), UTF_8);
    }

    @Test
    void readsWithAKeyOfEveryKindAndWhatComesLater() throws IOException {
        repository.commit("compose.yaml", "one");
        for (String key : List.of("p256", "p384", "rsa", "ed25519")) {
            assertThat(text(fetched(source(key), MAIN))).isEqualTo("one");
        }

        repository.commit("compose.yaml", "two");
        assertThat(text(fetched(source("ed25519"), MAIN))).isEqualTo("two");
        assertThat(check(source("ed25519"), MAIN)).isInstanceOf(Fetch.Unchanged.class);
        GitSource another = new GitSource("uid-2", "another", source("ed25519").repository(), TIMEOUT);
        assertThat(text(fetched(another, MAIN))).isEqualTo("two");
        try (Stream<Path> folders = Files.list(hubFolder.resolve("mirrors"))) {
            assertThat(folders).as("one for each key").hasSize(4);
        }
    }

    @Test
    void aKeyThatIsNotLetInAndAPathThatIsNotThereAreToldApart() {
        repository.commit("compose.yaml", "one");

        failsAs(SourceReason.UNAUTHORISED, source("stranger"), server.authority(), "deploy key");
        failsAs(SourceReason.UNAUTHORISED, source("nobody"), "no credential \"nobody\" of type sshKey");
        failsAs(
                SourceReason.REPOSITORY_NOT_FOUND,
                source(server.url("gone"), "ed25519", server.hostKeys(), TIMEOUT),
                "gone.git");
    }

    @Test
    void aServerIsNotTrustedBecauseItCameFirst() {
        repository.commit("compose.yaml", "one");

        failsAs(
                SourceReason.HOST_KEY_UNKNOWN,
                source(server.url(name), "ed25519", "", TIMEOUT),
                server.fingerprint(),
                "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
                "ssh-keyscan -p ");
    }

    @Test
    void anotherHostKeyIsRefusedWithBothFingerprintsAndTheLastGoodStateStays(@TempDir Path elsewhere) {
        String good = repository.commit("compose.yaml", "one");
        fetched(source("ed25519"), MAIN);
        try (SshServer other = SshServer.start(elsewhere, "rsa")) {
            GitSource bare = source(server.url(name), "ed25519", server.publicKey(), TIMEOUT);
            fetched(bare, MAIN);
            String there = server.url(name).replace(server.authority(), other.authority());
            failsAs(
                    SourceReason.HOST_KEY_CHANGED,
                    source(there, "ed25519", server.publicKey(), TIMEOUT),
                    server.fingerprint(),
                    other.fingerprint(),
                    "somebody may be in between");
        }
        assertThat(checks.tree(source("ed25519"), good).orElseThrow().file("compose.yaml"))
                .isPresent();
    }

    @Test
    void endsInTimeWhateverTheServerDoes() throws IOException {
        Duration short2 = Duration.ofSeconds(3);
        for (String bad : List.of("hang", "dribble")) {
            failsAs(SourceReason.SERVER_TIMED_OUT, source(server.url(bad), "ed25519", server.hostKeys(), short2));
        }
        failsAs(SourceReason.TOO_LARGE, source(server.url("shout"), "ed25519", server.hostKeys(), TIMEOUT), "bytes");
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            failsAs(
                    SourceReason.SERVER_TIMED_OUT,
                    source(
                            "ssh://git@127.0.0.1:" + silent.getLocalPort() + "/shop.git",
                            "ed25519",
                            server.publicKey(),
                            short2));
        }
    }

    @Test
    void aConnectionThatIsCutInTheMiddleLeavesTheMirrorWell() {
        Repository cut = server.repository("cut");
        byte[] noise = new byte[20_000];
        new java.util.Random(1).nextBytes(noise);
        cut.commit("compose.yaml", java.util.HexFormat.of().formatHex(noise));

        failsAs(SourceReason.SERVER_FAILED, source(server.url("cut"), "ed25519", server.hostKeys(), TIMEOUT));
        failsAs(SourceReason.SERVER_FAILED, source(server.url("cut"), "ed25519", server.hostKeys(), TIMEOUT));
    }

    @Test
    void nobodyListensAndNobodyKnowsTheHost() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        failsAs(
                SourceReason.SERVER_UNREACHABLE,
                source("ssh://git@127.0.0.1:" + port + "/shop.git", "ed25519", server.publicKey(), TIMEOUT),
                "127.0.0.1:" + port);
        failsAs(
                SourceReason.SERVER_UNREACHABLE,
                source("ssh://git@no-such-host.invalid/shop.git", "ed25519", server.publicKey(), TIMEOUT),
                "no-such-host.invalid");
    }

    @Test
    void tagsCommitsAndALongHistoryAreReadBackToWhatWasDeployed() {
        String first = repository.commit("compose.yaml", "one");
        repository.git("tag", "-a", "v1.0", "-m", "release 1.0");
        repository.git("push", "-q", "--tags", "origin");
        GitSource source = source("ed25519");
        assertThat(fetched(source, new Ref.Tag("v1.0")).revision().commit()).isEqualTo(first);
        fetched(source, MAIN);
        checks.deployed(source, MAIN, Map.of("stack-1", first));
        for (int i = 0; i < LONG_HISTORY; i++) {
            repository.git("commit", "-q", "--allow-empty", "-m", "SHOP-" + i + " change");
        }
        String last = repository.commit("compose.yaml", "two");

        assertThat(text(fetched(source, MAIN))).isEqualTo("two");
        assertThat(checks.merged(source, Optional.of(first), last, SourceChecks.CHANGE_KEY))
                .hasSize(LONG_HISTORY + 1);
        assertThat(fetched(source, new Ref.Commit(first)).revision().commit()).isEqualTo(first);
        repository.git("tag", "-f", "-a", "v1.0", "-m", "moved", "HEAD");
        repository.git("push", "-q", "-f", "origin", "v1.0");
        assertThat(failed(source, new Ref.Tag("v1.0")).reason()).isEqualTo(SourceReason.TAG_MOVED);
    }
}
