package io.wherry.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

class LoginTest {
    @TempDir
    Path folder;

    private CannedHub hub;
    private Cli cli;

    @BeforeEach
    void start() {
        hub = CannedHub.start(folder);
        cli = new Cli(folder);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private Path config() {
        return folder.resolve("config/wherry/config.yaml");
    }

    private Cli.Ran login(String... more) {
        var arguments = new java.util.ArrayList<>(java.util.List.of(
                "login", hub.url(), "--token-file", folder.resolve("token").toString()));
        arguments.addAll(java.util.List.of(more));
        return cli.run(arguments.toArray(String[]::new));
    }

    @Test
    void remembersTheHubForItsOwnerAlone() throws IOException {
        Cli.Ran ran = login("--ca-file", folder.resolve("ca.crt").toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("as ann (admin)").doesNotContain(CannedHub.TOKEN);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(config())).contains(CannedHub.DOMAIN);
        assertThat(cli.run("whoami").out()).isEqualTo("ann (admin) at " + hub.url() + "\n");
        assertThat(cli.run("context", "list").out())
                .contains("*")
                .contains(hub.url())
                .doesNotContain(CannedHub.TOKEN);
    }

    @Test
    void trustsTheHubByThePinOfItsCa() {
        assertThat(login("--ca-pin", hub.caPin()).exit()).isZero();
        assertThat(cli.run("whoami").exit()).isZero();
    }

    @Test
    void waitsForAHubThatIsJustStartingThoughItsPortIsOpen() throws Exception {
        Path late = Files.createDirectory(folder.resolve("late"));
        ServerSocket early = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        CompletableFuture<CannedHub> started = CompletableFuture.supplyAsync(() -> {
            try (early) {
                for (int dropped = 0; dropped < 4; dropped++) {
                    early.accept().close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return CannedHub.start(late, early.getLocalPort());
        });
        Cli.Ran ran = cli.run(
                "login",
                "https://127.0.0.1:" + early.getLocalPort(),
                "--token-file",
                folder.resolve("token").toString(),
                "--ca-file",
                folder.resolve("ca.crt").toString(),
                "--timeout",
                "1m");
        started.get(1, TimeUnit.MINUTES).close();
        // It has a CA of its own, which nobody named: that was found out only once it answered.
        assertThat(ran.err()).contains("is not trusted");
    }

    @Test
    void waitsForAHubForWhichAProxyAnswersAtFirst() {
        hub.atFirst("GET /whoami", 503, "<html>no upstream</html>");
        Cli.Ran ran = login("--ca-pin", hub.caPin());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(hub.requests()).hasSize(2);
    }

    @Test
    void refusesAnotherPinAndKeepsNothing() {
        Cli.Ran ran = login("--ca-pin", "sha256:" + "0".repeat(64));
        assertThat(ran.exit()).isEqualTo(9);
        assertThat(ran.err()).contains("is not trusted").contains("has the pinned key");
        assertThat(config()).doesNotExist();
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void refusesTheCaOfAnotherHub() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        CannedHub.start(other).close();
        Cli.Ran ran = login("--ca-file", other.resolve("ca.crt").toString());
        assertThat(ran.exit()).isEqualTo(9);
        assertThat(ran.err()).contains("is not trusted").contains("--ca-file");
        assertThat(login().exit())
                .as("the machine's own authorities do not know it either")
                .isEqualTo(9);
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void namesAFileThatHoldsNoAuthority() throws IOException {
        Path key = Files.writeString(folder.resolve("token.pem"), "no certificate at all");
        Cli.Ran ran = login("--ca-file", key.toString());
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("--ca-file: " + key + " cannot be used: ", "ca.crt in the hub's data folder");
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void refusesACertificateForAnotherName() {
        Cli.Ran ran = cli.run(
                "login",
                hub.url().replace("127.0.0.1", "localhost"),
                "--token-file",
                folder.resolve("token").toString(),
                "--ca-pin",
                hub.caPin());
        assertThat(ran.exit()).isEqualTo(9);
        assertThat(ran.err()).contains("is not trusted").contains("localhost");
    }

    @Test
    void takesEitherAFileOrAPin() {
        Cli.Ran ran = login(
                "--ca-pin", hub.caPin(), "--ca-file", folder.resolve("ca.crt").toString());
        assertThat(ran.exit()).isEqualTo(2);
    }

    @Test
    void refusesAKeyTheHubDoesNotKnow() throws IOException {
        Files.writeString(folder.resolve("token"), "wak_other");
        Cli.Ran ran = login("--ca-pin", hub.caPin());
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.err()).contains("the key is not known [KeyUnknown]").doesNotContain("wak_other");
        assertThat(config()).doesNotExist();
    }

    @Test
    @ResourceLock("System.in")
    void takesTheKeyFromStandardInput() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream((CannedHub.TOKEN + "\n").getBytes(StandardCharsets.UTF_8)));
        try {
            Cli.Ran ran = cli.run("login", hub.url(), "--token-file", "-", "--ca-pin", hub.caPin());
            assertThat(ran.exit()).as(ran.err()).isZero();
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void takesNoKeyAsAnArgument() {
        assertThat(cli.run("login", hub.url(), "--token", CannedHub.TOKEN).exit())
                .isEqualTo(2);
        assertThat(cli.run("login", hub.url()).err()).contains("--token-file");
    }

    @Test
    void refusesAConfigurationThatOthersMayRead() throws IOException {
        login("--ca-pin", hub.caPin());
        Files.setPosixFilePermissions(config(), PosixFilePermissions.fromString("rw-r--r--"));
        Cli.Ran ran = cli.run("whoami");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("others may read it").contains("fix: chmod 600 " + config());
    }

    @Test
    void namesTheLineOfABrokenConfiguration() throws IOException {
        login("--ca-pin", hub.caPin());
        Files.writeString(config(), "{\"current\":");
        Files.setPosixFilePermissions(config(), PosixFilePermissions.fromString("rw-------"));
        assertThat(cli.run("whoami").exit()).isEqualTo(1);
        assertThat(cli.run("whoami").err()).contains(config() + " cannot be read");
    }

    @Test
    void choosesAContextByOptionThenByEnvironment() {
        login("--ca-pin", hub.caPin(), "--name", "one");
        assertThat(cli.run("whoami", "--context", "onee").err())
                .contains("context onee does not exist (did you mean \"one\"?)");
        assertThat(cli.with("WHERRY_CONTEXT", "two").run("whoami").exit()).isEqualTo(3);
        assertThat(cli.run("whoami", "--context", "one").exit()).isZero();
        assertThat(cli.run("--context", "one", "whoami").exit()).isZero();
        assertThat(cli.run("--context", "two", "whoami", "--context", "one").exit())
                .isZero();
        assertThat(cli.with("WHERRY_CONTEXT", "")
                        .run("--context", "onee", "whoami")
                        .err())
                .contains("context onee does not exist");
        assertThat(cli.run("logout").exit()).isZero();
        assertThat(cli.run("whoami").exit()).isEqualTo(4);
    }
}
