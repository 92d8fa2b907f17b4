package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.e2e.git.GitHttpsServer;
import io.wherry.e2e.git.GitHttpsServer.Mode;
import io.wherry.e2e.git.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Sources that cannot be read, and trees in which something is missing: it is named, what runs stays, and it heals by itself. Git comes over HTTPS
 * from a real server.
 */
class BadSourcesIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    private static GitHttpsServer server;

    @BeforeAll
    static void start() throws Exception {
        server = GitHttpsServer.start(Files.createDirectories(fleet.folder().resolve("git")));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aServerThatIsGoneIsNamedWhatRunsStaysAndItHealsByItself() throws Exception {
        App shop = running("gone", Mode.OPEN, "");
        String footprint = shop.footprint("web");

        server.stop();
        try {
            shop.nudge();
            source(shop, "ServerUnreachable", "https://localhost:" + server.port());
            assertThat(fleet.operator().does("status").out())
                    .contains("✘ source/" + shop.name() + ": ServerUnreachable", "next: ");
            assertThat(shop.footprint("web")).isEqualTo(footprint);
        } finally {
            server.startAgain();
        }
        String blue = shop.commit(App.web("blue"));
        shop.nudge();
        shop.healthyAt(blue);
        assertThat(shop.colour()).isEqualTo("blue");
    }

    @Test
    void aServerThatWantsALoginIsGivenTheRightOneByRotatingTheCredential() throws Exception {
        Repository repository = server.repository("private");
        App shop = fleet.app("private", repository);
        String red = shop.commit(App.web("red"));
        declare(shop, Mode.BASIC, "");
        source(shop, "Unauthorised", server.url(Mode.BASIC, repository), "credential");

        Path value = fleet.folder().resolve("password");
        Files.writeString(value, "wrong\n");
        fleet.operator()
                .does(
                        "credential",
                        "create",
                        "bot",
                        "--type",
                        "basic",
                        "--username",
                        GitHttpsServer.USER,
                        "--host",
                        server.url(Mode.BASIC, repository).split("/")[2],
                        "--value-file",
                        value.toString());
        declare(shop, Mode.BASIC, ", credentialRef: bot");
        source(shop, "Unauthorised", "bot");

        Files.writeString(value, GitHttpsServer.PASSWORD + "\n");
        fleet.operator()
                .does(
                        "credential",
                        "rotate",
                        "bot",
                        "--username",
                        GitHttpsServer.USER,
                        "--value-file",
                        value.toString());
        shop.nudge();
        shop.healthyAt(red);
        assertThat(fleet.operator().does("describe", "source", shop.name()).out()
                        + fleet.operator()
                                .does("get", "credentials", "-o", "json")
                                .out())
                .doesNotContain(GitHttpsServer.PASSWORD);
    }

    @Test
    void aServerWhoseCertificateNobodyVouchesForIsNotAsked() throws Exception {
        Repository repository = server.repository("untrusted");
        App shop = fleet.app("untrusted", repository);
        shop.commit(App.web("red"));
        fleet.operator()
                .applies(shop.source().replace(repository.folder().toString(), server.url(Mode.OPEN, repository))
                        + "---\n" + shop.stack())
                .ok();
        source(shop, "UnknownCertificateAuthority", "localhost", "caBundle");
    }

    @Test
    void aRepositoryAndABranchThatAreNotThereAreNamedWithWhatIs() throws Exception {
        App shop = running("branch", Mode.OPEN, "");
        String footprint = shop.footprint("web");

        declare(shop, Mode.OPEN, ", ref: {branch: mian}");
        source(shop, "BranchNotFound", "mian", "main");
        fleet.operator()
                .applies(source(shop, Mode.OPEN, "").replace(".git", "-nowhere.git"))
                .ok();
        source(shop, "RepositoryNotFound", "-nowhere.git");

        assertThat(shop.footprint("web")).isEqualTo(footprint);
    }

    @Test
    void aPathAndAFileThatVanishFromTheTreeLeaveWhatRunsUntouched() throws Exception {
        App shop = fleet.app("vanishing");
        String red = shop.commit(
                java.util.Map.of("shop/compose.yaml", App.web("red"), "keep.txt", "so that main goes on\n"));
        shop.declare("path: shop").healthyAt(red);
        String footprint = shop.footprint("web");

        // The file is gone, the folder is not.
        shop.repository().git("mv", "shop/compose.yaml", "shop/composed.yaml");
        shop.repository().commitAll("renamed");
        problem(shop, "shop", "compose.yaml");

        // The folder that git no longer knows, because nothing is in it.
        shop.repository().git("rm", "-q", "-r", "shop");
        shop.repository().commitAll("emptied");
        problem(shop, "shop");

        // Everything is gone.
        shop.repository().git("rm", "-q", "-r", ".");
        shop.repository().commitAll("nothing left");
        problem(shop, "shop");
        assertThat(shop.footprint("web")).isEqualTo(footprint);
        assertThat(fleet.operator().does("stack", "plan", shop.name()).out()).contains("keeps what it has");

        String blue = shop.commit(java.util.Map.of("shop/compose.yaml", App.web("blue")));
        shop.nudge();
        shop.healthyAt(blue);
    }

    @Test
    void aComposeFileWithMistakesIsToldWithFileLineAndColumn() throws Exception {
        App shop = fleet.app("mistaken");
        String red = shop.commit(App.web("red"));
        shop.declare().healthyAt(red);
        String footprint = shop.footprint("web");

        shop.push(App.web("blue").replace("command:", "comand:"));

        shop.says("compose.yaml:4:5");
        assertThat(shop.phase()).contains("comand", "did you mean \"command\"?");
        assertThat(fleet.operator()
                        .does("events", "--severity", "alarm", "--object", "stack/" + shop.name())
                        .out())
                .contains("RenderFailed", "what was deployed stays");
        fleet.operator()
                .says("wait", "stack", shop.name(), "--for", "ready", "--timeout", "1s")
                .failed(ExitCode.TIMEOUT, shop.name(), "compose.yaml:4:5");
        assertThat(shop.footprint("web")).isEqualTo(footprint);
    }

    private static App running(String name, Mode mode, String more) throws Exception {
        App shop = fleet.app(name, server.repository(name));
        String red = shop.commit(App.web("red"));
        declare(shop, mode, more);
        return shop.healthyAt(red);
    }

    private static void declare(App app, Mode mode, String more) throws Exception {
        fleet.operator()
                .applies(source(app, mode, more) + "---\n" + app.stack())
                .ok();
    }

    private static String source(App app, Mode mode, String more) {
        String url = server.url(mode, app.repository());
        return app.source()
                        .replace(app.repository().folder() + ",", url + more + ",")
                        .stripTrailing()
                        .replaceAll("}$", "")
                + ", caBundle: \"" + server.authority().replace("\n", "\\n") + "\"}\n";
    }

    /** Waits until the source says so, with reason, thing and cause. */
    private static void source(App app, String... words) throws Exception {
        fleet.until(
                app.name() + "'s source says " + words[0],
                () -> fleet.operator().phase("source", app.name()).startsWith(words[0]),
                () -> fleet.operator().phase("source", app.name()));
        assertThat(fleet.operator().does("describe", "source", app.name()).out())
                .contains(words);
    }

    private static void problem(App app, String... words) throws Exception {
        app.nudge();
        String commit = app.repository().head();
        fleet.until("the hub has seen " + commit, () -> fleet.operator()
                .status("source", app.name())
                .string("revision")
                .equals(commit));
        fleet.until("it is told", () -> app.status().string("level").equals("bad"), app::phase);
        assertThat(app.phase()).contains(words);
        assertThat(app.status().string("hint")).contains("wherry stack plan " + app.name());
    }
}
