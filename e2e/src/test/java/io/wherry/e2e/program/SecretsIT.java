package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.e2e.docker.TestImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The way of a password from the operator's file into a container, and nowhere else; and back into memory after it was lost, without a hub. */
class SecretsIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    private static final String FIRST = "canary-first-password";
    private static final String SECOND = "canary-second-password";
    private static final String GIT = "canary-git-token";

    @Test
    void aPasswordComesIntoItsContainerChangesAndOutlivesTheHub() throws Exception {
        App shop = fleet.app("secrets");
        String credential = shop.name() + "-db";
        shop.commit(compose(credential, "[sleep, infinity]"));
        shop.declare();
        shop.says("credential " + credential + " does not exist");

        credential("create", credential, FIRST, "--type", "secret", "--stack", shop.name());
        shop.healthy();
        assertThat(secret(shop)).isEqualTo(FIRST);
        String other = shop.footprint("other");

        credential("rotate", credential, SECOND);
        // Between the old container and the new one there is none of that name.
        fleet.until(
                "the container has the new password",
                () -> reading(shop).out().strip().equals(SECOND),
                shop::phase);
        shop.healthy();
        assertThat(shop.footprint("other"))
                .as("what does not read it is not touched")
                .isEqualTo(other);
        List<Json.Obj> history = fleet.operator()
                .does("stack", "history", shop.name(), "-o", "json")
                .json()
                .objects("items");
        assertThat(history.getFirst().string("state")).isEqualTo("rotation");

        fleet.until("the old value goes", () -> opened().size() == 1, () -> opened().toString());

        // The site's machine starts again without its hub: the folder in memory is empty, the agent is not there.
        RunningAgent site = fleet.agent("site");
        String web = shop.footprint("web");
        fleet.hub().stop();
        site.stop();
        assertThat(opened()).hasSize(1);
        Files.delete(opened().getFirst());
        assertThat(site.says("unseal").ok().out()).contains("unsealed " + shop.name() + "/db");
        fleet.engine().does("restart", shop.container("web"));
        assertThat(secret(shop)).isEqualTo(SECOND);

        // And a running agent mends what somebody deletes.
        site.start();
        fleet.until("the agent runs", () -> site.says("status").exit() != 1, site::logEnd);
        Files.delete(opened().getFirst());
        fleet.until("the agent makes it again", () -> opened().size() == 1, site::logEnd);
        assertThat(shop.footprint("web").substring(0, 64)).isEqualTo(web.substring(0, 64));

        fleet.hub().start();
        fleet.untilHubAnswers();
        assertThat(opened().getFirst()).hasContent(SECOND);

        // What a container tells of its password in its last words comes home without it.
        shop.push(compose(credential, "[sh, -c, 'echo refused: $$(cat /run/secrets/db); exit 3']"));
        shop.says("RolledBack");
        assertThat(fleet.operator().does("describe", "stack", shop.name()).out())
                .contains("exit code 3; last log lines: refused: ***");
        assertThat(secret(shop)).isEqualTo(SECOND);
        assertNowhere(List.of(FIRST, SECOND, GIT, madeKey(shop), madeToken(shop)));
    }

    private static String compose(String credential, String command) {
        return """
                services:
                  web:
                    image: %s
                    command: %s
                    stop_signal: SIGKILL
                    user: "1234"
                    secrets: [db]
                  other:
                    image: %s
                    command: [sleep, infinity]
                    stop_signal: SIGKILL
                secrets:
                  db: {external: true, name: %s}
                """.formatted(TestImages.BUSYBOX_1, command, TestImages.BUSYBOX_1, credential);
    }

    private static String madeKey(App app) throws Exception {
        credential("create", app.name() + "-git", GIT, "--type", "token", "--host", "git.example.org");
        return fleet.operator()
                .does("apikey", "create", app.name(), "--role", "viewer")
                .out()
                .strip();
    }

    private static String madeToken(App app) throws Exception {
        return fleet.operator()
                .does("token", "create", "--labels", "app=" + app.name())
                .out()
                .strip();
    }

    private static void credential(String verb, String name, String value, String... flags) throws Exception {
        Path file = Files.createTempFile("value", "");
        Files.writeString(file, value);
        List<String> command = new java.util.ArrayList<>(List.of("credential", verb, name));
        command.addAll(List.of("--value-file", file.toString()));
        command.addAll(List.of(flags));
        fleet.operator().does(command.toArray(String[]::new));
        Files.delete(file);
    }

    private static String secret(App app) throws Exception {
        return reading(app).ok().out().strip();
    }

    private static Said reading(App app) throws Exception {
        return fleet.programs().run("docker", "exec", app.container("web"), "cat", "/run/secrets/db");
    }

    private static List<Path> opened() throws IOException {
        return LiveFiles.below(fleet.secrets());
    }

    /** Requirement S16, over the running programs: databases and their logs, bundles, state folders, logs, answers, argument lists. */
    private static void assertNowhere(List<String> secrets) throws Exception {
        assertThat(secrets).allSatisfy(secret -> assertThat(secret).hasSizeGreaterThan(12));
        for (List<String> question : List.of(
                List.of("get", "credentials", "-o", "json"),
                List.of("apikey", "list", "-o", "json"),
                List.of("token", "list", "-o", "json"),
                List.of("audit", "list", "-o", "json"),
                List.of("events", "-o", "json"))) {
            assertThat(fleet.operator().does(question.toArray(String[]::new)).out())
                    .as("%s", question)
                    .doesNotContain(secrets);
        }
        for (Path file : LiveFiles.below(fleet.folder())) {
            assertFree(file, secrets);
        }
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .toList()) {
                assertFree(process.resolve("cmdline"), secrets);
            }
        }
    }

    private static void assertFree(Path file, List<String> secrets) throws IOException {
        assertThat(new String(LiveFiles.content(file).orElse(new byte[0]), StandardCharsets.ISO_8859_1))
                .as("%s", file)
                .doesNotContain(secrets);
    }
}
