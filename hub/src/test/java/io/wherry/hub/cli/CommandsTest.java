package io.wherry.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.hub.TestHub;
import io.wherry.hub.access.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands and a real hub: what the one sends is what the other takes. An unknown parameter or field would be refused. */
class CommandsTest {
    @TempDir
    static Path folder;

    private static TestHub hub;
    private static Cli cli;

    @BeforeAll
    static void start() throws IOException {
        hub = TestHub.start(folder);
        cli = new Cli(folder).at(InstantSource.system());
        good(
                "login",
                "https://127.0.0.1:" + hub.port(),
                "--token-file",
                hub.folder().adminToken().toString(),
                "--ca-file",
                hub.folder().caCertificate().toString());
        Files.writeString(folder.resolve("fleet.yaml"), """
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: main}
                spec: {type: git, url: %s}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: shop, labels: {tier: web}}
                spec: {sourceRef: main, path: shop, format: compose, targets: [{group: north}]}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Group
                metadata: {name: north}
                spec: {members: []}
                """.formatted(folder.resolve("origin.git")));
        Files.writeString(folder.resolve("value"), "s3cret");
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void allThatWasDeclaredIsExportedAsFilesThatSayTheSame() throws IOException {
        Path file = Files.writeString(folder.resolve("exported.yaml"), """
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: exported, labels: {tier: web}, annotations: {note: "a: b"}}
                spec: {sourceRef: elsewhere, path: a, targets: [{group: exported}], variables: {A: "1"}}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Group
                metadata: {name: exported}
                spec: {selector: "a=b,c!=d"}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: RolloutPolicy
                metadata: {name: exported}
                spec: {waves: [{name: all, percent: 100}]}
                """);
        good("apply", "-f", file.toString());
        Path target = folder.resolve("export");

        assertThat(good("export", "all", "-o", target.toString()).out())
                .contains(target + "/stacks/exported.yaml\n", target + "/rolloutpolicies/exported.yaml\n");

        assertThat(Files.readString(target.resolve("stacks/exported.yaml")))
                .startsWith("apiVersion: wherry.io/v1alpha1\nkind: Stack\nmetadata:\n  name: exported\n")
                .doesNotContain("uid", "status", "resourceVersion", "set:");
        assertThat(good("apply", "-f", target.toString()).out().lines())
                .isNotEmpty()
                .allMatch(line -> line.endsWith(" unchanged"));
        Cli.Ran again = cli.run("export", "all", "-o", target.toString());
        assertThat(again.exit()).isEqualTo(ExitCode.BLOCKED.code());
        assertThat(again.err()).contains("is there already");
    }

    @Test
    void resources() {
        String file = folder.resolve("fleet.yaml").toString();
        assertThat(good("apply", "-f", file, "--dry-run", "--set", "fleet").out())
                .contains("created (dry run)");
        good("apply", "-f", file, "--set", "fleet", "--prune", "--yes");
        assertThat(good("diff", "-f", file).out()).isNotNull();
        for (String kind : List.of(
                "sources",
                "stacks",
                "agents",
                "groups",
                "rolloutpolicies",
                "policies",
                "credentials",
                "tokens",
                "apikeys")) {
            for (String format : List.of("table", "wide", "json", "yaml", "name")) {
                good("get", kind, "-o", format);
            }
        }
        assertThat(good("get", "stacks", "-l", "tier=web", "-o", "name").out()).isEqualTo("stack/shop\n");
        good("describe", "stack", "shop");
        good("describe", "source", "main");
        good("status");
        good("events", "--object", "stack/shop", "--severity", "warning", "--limit", "3");
        good("stack", "plan", "shop");
        good("stack", "history", "shop");
        good("rollout", "status");
        good("rollout", "history", "shop");
        assertThat(cli.run("rollout", "status", "shop").exit()).isEqualTo(3);
        for (String verb : List.of("pause", "resume", "promote", "retry", "abort")) {
            assertThat(cli.run("rollout", verb, "shop", "--reason", "r", "--change", "SHOP-1")
                            .exit())
                    .isEqualTo(3);
        }
        assertThat(cli.run("rollout", "start", "shop").exit()).isIn(0, 5);
        assertThat(cli.run("stack", "render", "shop", "--agent", "none").exit()).isEqualTo(3);
        assertThat(cli.run("stack", "sync", "shop", "--reason", "r", "--change", "SHOP-1")
                        .exit())
                .isIn(0, 5);
        assertThat(cli.run("stack", "sync", "shop", "--allow-removal").exit()).isIn(0, 5);
        good("stack", "sync", "shop", "--retry");
        good("stack", "sync", "shop", "--correct");
        assertThat(cli.run("stack", "rollback", "shop", "--to", "7", "--reason", "r")
                        .exit())
                .isEqualTo(3);
        assertThat(cli.run("stack", "pin", "shop", "--revision", "7").exit()).isEqualTo(3);
        good("stack", "pin", "shop", "--clear");
        assertThat(cli.run("stack", "remove", "shop", "--agent", "none", "--keep", "--yes")
                        .exit())
                .isEqualTo(3);
        good("source", "suspend", "main");
        good("source", "resume", "main");
        assertThat(cli.run("source", "accept", "main").exit()).isEqualTo(5);
        good("delete", "stack", "shop", "--delete-volumes", "--yes");
        good("delete", "group", "north", "--yes");
    }

    @Test
    void keysTokensAndCredentials() {
        good("apikey", "create", "bob", "--role", Role.VIEWER.word(), "--ttl", "2d");
        good("apikey", "list");
        good("apikey", "revoke", "bob");
        good("token", "create", "--labels", "site=oslo", "--environment", "test", "--ttl", "5m", "--approval");
        String id = good("token", "list", "-o", "name").out().strip().substring("token/".length());
        good("token", "revoke", id);
        String value = folder.resolve("value").toString();
        String end = "2037-01-31T00:00:00Z";
        good(
                "credential",
                "create",
                "git",
                "--type",
                "basic",
                "--host",
                "localhost",
                "--username",
                "u",
                "--value-file",
                value,
                "--expires",
                end);
        good("credential", "rotate", "git", "--username", "u", "--value-file", value, "--expires", end);
        assertThat(cli.run("credential", "test", "git", "--url", "https://localhost:1/x.git")
                        .exit())
                .isEqualTo(1);
        good("credential", "list");
        good("delete", "credential", "git", "--yes");
    }

    @Test
    void agentsAndAudit() {
        for (String[] command : new String[][] {
            {"agent", "approve", "none", "--fingerprint", "AB"},
            {"agent", "deny", "none"},
            {"agent", "rename", "none", "other"},
            {"agent", "retire", "none", "--yes"}
        }) {
            Cli.Ran ran = cli.run(command);
            assertThat(ran.exit()).as(ran.err()).isEqualTo(3);
        }
        good("audit", "list", "--stream", "user", "--object", "Agent/none");
        good("audit", "list", "--commit", "0123456", "--change", "SHOP-1", "-o", "json");
        good("audit", "export", "--stream", "user");
        good("whoami");
        good("doctor");
    }

    private static Cli.Ran good(String... command) {
        Cli.Ran ran = cli.run(command);
        assertThat(ran.exit())
                .as("%s: %s%s", String.join(" ", command), ran.out(), ran.err())
                .isZero();
        return ran;
    }
}
