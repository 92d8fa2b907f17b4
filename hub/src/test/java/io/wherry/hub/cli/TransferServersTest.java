package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.source.HttpsOrigin;
import io.wherry.hub.source.OriginRepository;
import io.wherry.hub.source.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.eclipse.jgit.lib.FileMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers on both sides, over TLS and with logins; and what they can do wrong. */
class TransferServersTest {
    private static final String BASIC = "Basic " + Base64.getEncoder().encodeToString("bot:s3cret".getBytes(UTF_8));

    private static TestAuthority authority;

    @TempDir
    Path folder;

    private TransferFixture world;
    private OriginRepository inner;
    private HttpsOrigin outerGit;
    private HttpsOrigin innerGit;
    private Path ca;

    @BeforeAll
    static void makeAnAuthority() {
        authority = TestAuthority.create("test authority");
    }

    @BeforeEach
    void start() throws IOException {
        world = new TransferFixture(folder);
        inner = OriginRepository.create(folder.resolve("inner.git"));
        inner.repository().getConfig().setBoolean("http", null, "receivepack", true);
        outerGit = server(world.shop);
        innerGit = server(inner);
        ca = Files.writeString(folder.resolve("ca.pem"), authority.pem());
    }

    private static HttpsOrigin server(OriginRepository repository) {
        return HttpsOrigin.start(
                authority.server("127.0.0.1", Instant.now().plus(Duration.ofDays(1))), repository.repository());
    }

    @AfterEach
    void stop() {
        outerGit.close();
        innerGit.close();
        inner.close();
        world.close();
    }

    private static String hostOf(HttpsOrigin git) {
        return git.url().replaceAll("https://([^/]*)/.*", "$1");
    }

    private Path logins() throws IOException {
        String auth = Base64.getEncoder().encodeToString("bot:s3cret".getBytes(UTF_8));
        return TransferFixture.secret(
                folder.resolve("auth.json"),
                "{\"auths\":{\"%s\":{\"auth\":\"%s\"},\"%s\":{\"username\":\"bot\",\"password\":\"s3cret\"},\"%s\":{\"auth\":\"%s\"}}}"
                        .formatted(hostOf(outerGit), auth, hostOf(innerGit), world.inside.host(), auth));
    }

    private Path fromServer(String... more) throws IOException {
        Path file = folder.resolve("monday.transfer");
        List<String> begin = List.of(
                "transfer",
                "export",
                "-o",
                file.toString(),
                "--key",
                world.key.toString(),
                "--repo",
                outerGit.url(),
                "--ca-file",
                ca.toString(),
                "--credentials",
                logins().toString());
        Cli.Ran ran = world.run(begin, more);
        assertThat(ran.exit()).as(ran.err()).isZero();
        return file;
    }

    private Cli.Ran toServer(Path file, String... more) {
        List<String> begin = List.of(
                "transfer",
                "import",
                file.toString(),
                "--public-key",
                world.publicKey.toString(),
                "--repo-target",
                "shop=" + innerGit.url(),
                "--ca-file",
                ca.toString());
        return world.run(begin, more);
    }

    @Test
    void fromOneHttpsServerToAnotherWithTheLoginOfEach() throws IOException {
        HttpsOrigin.Behaviour closed = (origin, exchange) -> {
            if (BASIC.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                HttpsOrigin.serve(origin, exchange);
            } else {
                HttpsOrigin.status(401, "WWW-Authenticate", "Basic realm=\"git\"")
                        .answer(origin, exchange);
            }
        };
        outerGit.behaviour = closed;
        innerGit.behaviour = closed;
        // Above what a request keeps in memory, and nothing that packs well.
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);
        world.shop.commit(
                "main",
                Map.of("large.bin", new OriginRepository.Node(FileMode.REGULAR_FILE, world.shop.blob(large))),
                "a large file");
        Path file = fromServer();

        Cli.Ran ran = toServer(file, "--credentials", logins().toString());

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(TransferFixture.refs(folder.resolve("inner.git")))
                .isEqualTo(TransferFixture.refs(world.shop.folder()));
        assertThat(innerGit.credentials).isNotEmpty().containsOnly(BASIC);
        innerGit.requests.clear();
        assertThat(toServer(file, "--credentials", logins().toString()).err()).contains("nothing to do");
        assertThat(innerGit.requests).noneMatch(request -> request.contains("receive-pack"));

        Cli.Ran without = toServer(file);

        assertThat(without.exit()).isEqualTo(1);
        assertThat(without.err())
                .contains(innerGit.url(), "wants a login", "--credentials")
                .doesNotContain("s3cret");
    }

    @Test
    void aGitServerThatCannotBeHadIsNamedWithTheCause() throws IOException {
        Path file = fromServer();
        innerGit.behaviour = HttpsOrigin.status(500);
        assertThat(toServer(file).err()).contains("answered 500", "fix: ");
        innerGit.behaviour = HttpsOrigin.status(302, "Location", "https://elsewhere.example/shop.git");
        assertThat(toServer(file).err()).contains("redirects to https://elsewhere.example");
        innerGit.close();
        Cli.Ran gone = toServer(file);
        assertThat(gone.exit()).isEqualTo(1);
        assertThat(gone.err()).contains("cannot be reached", "fix: ");
        Cli.Ran unknown = world.run(List.of(
                "transfer",
                "import",
                file.toString(),
                "--public-key",
                world.publicKey.toString(),
                "--repo-target",
                "shop=" + outerGit.url()));
        assertThat(unknown.err()).contains("an authority that is not known here", "--ca-file");
    }

    @Test
    void aServerThatProtectsABranchSaysSo() throws IOException {
        Path file = fromServer();
        inner.repository().getConfig().setBoolean("receive", null, "denynonfastforwards", true);
        toServer(file);
        world.shop.point(
                "refs/heads/main",
                world.shop.unattached(world.shop.tree(Map.of("a", world.shop.file("b"))), null, "rewritten"));
        Path rewritten = fromServer();

        Cli.Ran ran = toServer(rewritten, "--force", "shop@refs/heads/main");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("did not take refs/heads/main (", "fix: ");
    }

    @Test
    void theRegistryInsideMayWantALoginOrRefuse() throws IOException {
        Path file = world.everything();
        world.inside.wants(BASIC);

        Cli.Ran without = world.carry(file, "--registry", world.inside.host());

        assertThat(without.exit()).isEqualTo(1);
        assertThat(without.err()).contains("401", "--credentials").doesNotContain("the hub");
        String logins = logins().toString();
        world.inside.refuses = 507;
        Cli.Ran full = world.carry(file, "--registry", world.inside.host(), "--credentials", logins);
        assertThat(full.exit()).isEqualTo(1);
        assertThat(full.err())
                .contains("answered 507 when asked to take a blob (the disk is full)", "what is there stays");
        world.inside.refuses = 403;
        assertThat(world.carry(file, "--registry", world.inside.host(), "--credentials", logins)
                        .err())
                .contains("may that user push to team/web?");
        world.inside.refuses = 0;
        assertThat(world.carry(file, "--registry", world.inside.host(), "--credentials", logins)
                        .exit())
                .isZero();
        assertThat(world.inside.holds("team/web", "1")).isPresent();
        world.inside.close();
        assertThat(world.carry(file, "--registry", world.inside.host()).err()).contains("cannot be reached", "fix: ");
    }

    @Test
    void aRegistryThatIsBusyIsAskedAgain() throws IOException {
        Path file = world.everything();
        world.inside.busyWrites.set(2);
        Cli.Ran ran = world.carry(file, "--registry", world.inside.host());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(world.inside.holds("team/web", "1")).isPresent();
        assertThat(world.inside.busyWrites).hasValue(0);
    }

    @Test
    void allPlatformsOfAnImageTravelUnderItsDigest() {
        var amd = world.outside.image("tool", "amd", "linux/amd64");
        var arm = world.outside.image("tool", "arm", "linux/arm64");
        var index = world.outside.index("tool", "3", Map.of("linux/amd64", amd, "linux/arm64", arm));
        Path all = folder.resolve("all.transfer");
        String name = world.outside.host() + "/tool:3";
        assertThat(world.export(all, "--image", name).exit()).isZero();

        assertThat(world.carry(all, "--registry", world.inside.host()).exit()).isZero();

        assertThat(world.inside.holds("tool", "3")).contains(index);
        assertThat(world.inside.holds("tool", arm.toString())).isPresent();
        Path one = folder.resolve("one.transfer");
        world.export(one, "--image", name, "--platform", "linux/arm64");
        Cli.Ran ran = world.carry(one, "--registry", world.inside.host());
        assertThat(ran.out()).contains("tool:3 updated (from ");
        assertThat(world.inside.holds("tool", "3")).contains(arm);
        assertThat(world.export(one, "--image", name, "--platform", "linux/s390x")
                        .err())
                .contains("none for linux/s390x");
    }

    @Test
    void anExportThatFailsLeavesWhatWasThere() throws IOException {
        Path file = world.everything();
        byte[] before = Files.readAllBytes(file);

        assertThat(world.export(file, "--image", world.outside.host() + "/team/none:1")
                        .err())
                .contains("does not have it");
        assertThat(world.export(file, "--repo", folder.resolve("nowhere.git").toString())
                        .err())
                .contains("is no Git repository");
        assertThat(world.export(file, "--file", folder.resolve("nothing").toString())
                        .exit())
                .isEqualTo(2);
        assertThat(world.export(file).err()).contains("nothing in it");
        assertThat(world.export(Path.of("/proc/monday.transfer"), "--file", world.chart.toString())
                        .err())
                .contains("/proc/monday.transfer cannot be written", "fix: ");

        assertThat(file).hasBinaryContent(before);
        try (var left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()).filter(name -> name.contains("monday.transfer")))
                    .containsExactly("monday.transfer");
        }
        Cli.Ran readOnly = world.carry(file, "--files", "/proc/files");
        assertThat(readOnly.exit()).isEqualTo(1);
        assertThat(readOnly.err()).contains("/proc/files", "fix: ");
        assertThat(world.carry(file, "--repo-target", "shop=/proc/shop.git").err())
                .contains("/proc/shop.git");
    }

    @Test
    void secretsStayWhereTheyBelong() throws IOException {
        Files.setPosixFilePermissions(world.key, PosixFilePermissions.fromString("rw-r--r--"));
        Cli.Ran open = world.export(folder.resolve("x"), "--file", world.chart.toString());
        assertThat(open.exit()).isEqualTo(1);
        assertThat(open.err()).contains("lets others read a secret", "chmod 600");
        Files.setPosixFilePermissions(world.key, PosixFilePermissions.fromString("rw-------"));
        Path logins = logins();
        Files.setPosixFilePermissions(logins, PosixFilePermissions.fromString("rw-rw----"));
        assertThat(world.export(
                                folder.resolve("x"),
                                "--file",
                                world.chart.toString(),
                                "--credentials",
                                logins.toString())
                        .err())
                .contains("lets others read a secret");
        Cli.Ran inUrl = world.export(folder.resolve("x"), "--repo", "https://bot:s3cret@git.example/shop.git");
        assertThat(inUrl.exit()).isEqualTo(2);
        assertThat(inUrl.err()).contains("--credentials").doesNotContain("s3cret");
        for (String broken : List.of(
                "{\"auths\":{\"h\":{}},\"credsStore\":\"desktop\"}",
                "{\"auths\":{\"h\":{\"auth\":\"s3cret!\"}}}",
                "s3cret{")) {
            TransferFixture.secret(logins, broken);
            Cli.Ran ran = world.export(
                    folder.resolve("x"), "--file", world.chart.toString(), "--credentials", logins.toString());
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.err()).contains("auth.json", "podman login").doesNotContain("s3cret");
        }
    }

    @Test
    void keysOfOtherKindsAreNamed() throws Exception {
        var rsa = java.security.KeyPairGenerator.getInstance("RSA").generateKeyPair();
        TransferFixture.writeKeys(rsa, folder.resolve("rsa.pem"), folder.resolve("rsa.pub.pem"));
        Path file = world.everything();
        List<String> begin =
                List.of("transfer", "export", "-o", file.toString(), "--file", world.chart.toString(), "--key");
        assertThat(world.run(begin, folder.resolve("rsa.pem").toString()).err()).contains("no key of P-256");
        Path sec1 =
                TransferFixture.secret(folder.resolve("sec1.pem"), TransferFixture.pem("EC PRIVATE KEY", new byte[9]));
        assertThat(world.run(begin, sec1.toString()).err()).contains("PKCS#8", "openssl pkcs8 -topk8");
        assertThat(world.run(
                                List.of("transfer", "import", file.toString(), "--files", "f", "--public-key"),
                                folder.resolve("rsa.pub.pem").toString())
                        .err())
                .contains("not a public key (expected: P-256");
        TransferFixture.writeKeys(TransferFixture.newKeys(), folder.resolve("o.pem"), folder.resolve("o.pub.pem"));
        Cli.Ran other = world.run(List.of(
                "transfer",
                "import",
                file.toString(),
                "--files",
                folder + "/files",
                "--public-key",
                folder + "/o.pub.pem"));
        assertThat(other.exit()).isEqualTo(8);
        assertThat(other.err()).contains("no good signature of key ", "Nothing was written");
        assertThat(folder.resolve("files")).doesNotExist();
    }
}
