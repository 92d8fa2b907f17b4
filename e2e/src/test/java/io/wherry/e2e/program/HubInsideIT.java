package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.e2e.FreePorts;
import io.wherry.e2e.docker.TestImages;
import io.wherry.e2e.git.GitHttpsServer;
import io.wherry.e2e.git.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A hub in a closed network, from the programs as they are built: what it deploys comes in by transfer file alone. Outside are a repository, a registry and
 * the machine's engine; inside are a Git server, a registry, an engine, the hub and two agents ({@link ClosedNetwork} says why the engine is inside).
 *
 * <p>Two agents share the engine, each with a state folder and a project of its own, as on any machine with several agents.
 */
class HubInsideIT {
    private static final List<String> SITES = List.of("east", "west");
    private static final String LOGIN = "{\"auths\":{\"%s\":{\"username\":\"%s\",\"password\":\"%s\"}}}";

    private static Path folder;
    private static Programs outside;
    private static ClosedNetwork network;
    private static RunningHub hub;
    private static Operator operator;
    private static Process outerRegistry;
    private static String outerHost;
    private static Repository shop;
    private static String innerShop;
    private static Path logins;
    private static final List<RunningAgent> agents = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        TestImages.load();
        folder = Files.createTempDirectory("wherry-in-");
        Map<String, String> environment =
                Map.of("XDG_CONFIG_HOME", folder.resolve("config").toString());
        outside = new Programs(folder, environment);
        outerHost = "127.0.0.1:" + FreePorts.take();
        outerRegistry = startOuterRegistry();
        Files.createDirectories(folder.resolve("outer"));
        shop = Repository.create("shop", folder.resolve("outer/shop.git"), folder.resolve("outer/clone"));
        network = ClosedNetwork.start(Files.createDirectory(folder.resolve("in")), outside);
        innerShop = network.git().url(GitHttpsServer.Mode.BASIC, network.git().repository("shop"));
        logins = Files.writeString(
                folder.resolve("auth.json"),
                LOGIN.formatted(innerShop.split("/")[2], GitHttpsServer.USER, GitHttpsServer.PASSWORD));
        Files.setPosixFilePermissions(logins, PosixFilePermissions.fromString("rw-------"));
        outside.run(
                        "openssl",
                        "genpkey",
                        "-algorithm",
                        "EC",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-out",
                        "carry.pem")
                .ok();
        outside.run("openssl", "pkey", "-in", "carry.pem", "-pubout", "-out", "carry.pub.pem")
                .ok();
        hub = RunningHub.init(network.programs(), folder, "hub");
        hub.start();
        operator = new Operator(network.programs(), folder);
        operator.login(hub, "--ca-file", hub.authority().toString()).ok();
        for (String site : SITES) {
            join(site);
        }
    }

    private static Process startOuterRegistry() throws Exception {
        Path configuration = Files.writeString(
                folder.resolve("outer.yml"), """
                version: 0.1
                log: {level: warn}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s"}
                """.formatted(folder.resolve("outer-registry"), outerHost));
        Process started =
                outside.start(folder.resolve("outer.log"), "docker-registry", "serve", configuration.toString());
        outside.run(
                        "curl",
                        "-sf",
                        "--retry",
                        "50",
                        "--retry-delay",
                        "1",
                        "--retry-connrefused",
                        "http://" + outerHost + "/v2/")
                .ok();
        return started;
    }

    private static void join(String site) throws Exception {
        RunningAgent agent = new RunningAgent(network.programs(), folder, site);
        agents.add(agent);
        agent.join(operator.token("--labels", "site=" + site)).ok();
        agent.start();
        operator.does("wait", "agent", site, "--for", "connected", "--timeout", "4m");
    }

    @AfterAll
    static void stop() throws Exception {
        for (RunningAgent agent : agents) {
            agent.kill();
        }
        if (hub != null) {
            hub.kill();
        }
        if (network != null) {
            network.close();
        }
        if (outerRegistry != null) {
            Programs.stop(outerRegistry);
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** An image that lies at the registry outside and nowhere else. */
    private static void pushOutside(String tag) throws Exception {
        Engine engine = new Engine(outside);
        String image = outerHost + "/team/web:" + tag;
        String container = engine.does("create", TestImages.BUSYBOX_1, "true");
        engine.does("commit", "--change", "LABEL only=" + folder.getFileName() + tag, container, image);
        engine.does("rm", container);
        engine.does("push", "--quiet", image);
        engine.does("rmi", image);
    }

    private static String commitOutside(String tag) {
        return shop.commit("compose.yaml", """
                services:
                  web:
                    image: ${REGISTRY}/team/web:%s
                    command: [sleep, infinity]
                    stop_signal: SIGKILL
                """.formatted(tag));
    }

    private static Path exported(String name, String... more) throws Exception {
        Path file = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of(
                "wherry",
                "transfer",
                "export",
                "-o",
                file.toString(),
                "--key",
                "carry.pem",
                "--repo",
                shop.folder().toString()));
        command.addAll(List.of(more));
        outside.run(command).ok();
        return file;
    }

    private static Said imported(Path file, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "wherry",
                "transfer",
                "import",
                file.toString(),
                "--public-key",
                "carry.pub.pem",
                "--repo-target",
                "shop=" + innerShop,
                "--registry",
                network.registry(),
                "--credentials",
                logins.toString(),
                "--ca-file",
                network.authority().toString()));
        command.addAll(List.of(more));
        return network.programs().run(command);
    }

    private static String image(String tag) {
        return outerHost + "/team/web:" + tag;
    }

    @Test
    void whatWasCarriedInIsDeployedWhereNoRouteLeadsOut() throws Exception {
        pushOutside("1");
        String monday = commitOutside("1");
        Path first = exported("monday.transfer", "--image", image("1"));
        otherToolsReadIt(first);

        assertThat(imported(first, "--dry-run").ok().out()).contains("refs/heads/main created", "team/web:1 created");
        imported(first).ok();

        assertThat(imported(first).ok().err()).contains("nothing to do");
        declare();
        healthyAt(monday);
        for (String site : SITES) {
            assertThat(network.engine().inspect("shop-" + site + "-web-1", "{{.Config.Image}}"))
                    .isEqualTo(network.registry() + "/team/web:1");
        }

        pushOutside("2");
        String tuesday = commitOutside("2");
        Path second = exported("tuesday.transfer", "--image", image("2"), "--since", first.toString());
        assertThat(Files.size(second)).isLessThan(Files.size(first) / 2);
        imported(second).ok();
        operator.does("source", "sync", "shop");
        healthyAt(tuesday);

        assertThat(network.waysOut().values())
                .allSatisfy(ways -> assertThat(ways).isEmpty());
        Said lost = network.programs().run("curl", "-s", "--max-time", "5", "http://192.0.2.1/");
        assertThat(lost.exit()).as("no route: it fails at once").isEqualTo(7);
        assertThat(network.programs().run("ip", "route", "get", "192.0.2.1").err())
                .contains("unreachable");
    }

    private static void declare() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), GitHttpsServer.PASSWORD);
        operator.does(
                "credential",
                "create",
                "git-bot",
                "--type",
                "basic",
                "--host",
                innerShop.split("/")[2],
                "--username",
                GitHttpsServer.USER,
                "--value-file",
                password.toString());
        StringBuilder resources = new StringBuilder("""
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: shop}
                spec:
                  type: git
                  url: %s
                  interval: 10s
                  credentialRef: git-bot
                  caBundle: |
                """.formatted(innerShop));
        resources.append(Files.readString(network.authority()).indent(4));
        for (String site : SITES) {
            resources.append("""
                    ---
                    apiVersion: wherry.io/v1alpha1
                    kind: Stack
                    metadata: {name: shop-%s}
                    spec:
                      sourceRef: shop
                      targets: [{agentSelector: site=%s}]
                      variables: {REGISTRY: "%s"}
                      observe: 1s
                      healthTimeout: 20s
                    """.formatted(site, site, network.registry()));
        }
        operator.applies(resources.toString()).ok();
    }

    private static void healthyAt(String commit) throws Exception {
        for (String site : SITES) {
            operator.does("wait", "stack", "shop-" + site, "--for", "healthy", "--revision", commit, "--timeout", "4m");
            assertThat(network.engine().runs("shop-" + site + "-web-1")).isTrue();
        }
    }

    /** The layout is one that skopeo reads, the bundle one that git clones. */
    private static void otherToolsReadIt(Path file) throws Exception {
        String list = outside.run("skopeo", "inspect", "--raw", "oci-archive:" + file + ":delivery")
                .ok()
                .out();
        assertThat(list).contains("application/vnd.wherry.transfer.v1+json");
        String blob = outside.run("wherry", "transfer", "inspect", file.toString(), "-o", "json")
                .ok()
                .out();
        assertThat(blob).contains("repository/shop", "refs/heads/main");
        Path bundle = folder.resolve("shop.bundle");
        for (String entry : outside.run("tar", "-tf", file.toString()).ok().lines()) {
            outside.run("tar", "-C", folder.toString(), "-xf", file.toString(), entry)
                    .ok();
            Path blobFile = folder.resolve(entry);
            if (new String(head(blobFile), java.nio.charset.StandardCharsets.ISO_8859_1)
                    .startsWith("# v2 git bundle")) {
                Files.move(blobFile, bundle);
            }
        }
        outside.run(
                        "git",
                        "clone",
                        "-q",
                        "-b",
                        "main",
                        bundle.toString(),
                        folder.resolve("cloned").toString())
                .ok();
        assertThat(folder.resolve("cloned/compose.yaml")).content().contains("team/web:1");
    }

    private static byte[] head(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(20);
        }
    }

    @Test
    void aFullDiskIsNamedAndLeavesNothingHalf() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        Path chart = Files.write(folder.resolve("chart-1.tgz"), new byte[700 << 10]);
        Path file = folder.resolve("chart.transfer");
        outside.run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", small.toString())
                .ok();
        try {
            outside.run(
                            "wherry",
                            "transfer",
                            "export",
                            "-o",
                            small.resolve("x.transfer").toString(),
                            "--key",
                            "carry.pem",
                            "--file",
                            chart.toString())
                    .failed(ExitCode.FAILED, "x.transfer cannot be written", "No space left", "fix: ");
            try (Stream<Path> left = Files.list(small)) {
                assertThat(left).isEmpty();
            }
            outside.run(
                            "wherry",
                            "transfer",
                            "export",
                            "-o",
                            file.toString(),
                            "--key",
                            "carry.pem",
                            "--file",
                            chart.toString())
                    .ok();
            outside.run(
                            "wherry",
                            "transfer",
                            "import",
                            file.toString(),
                            "--public-key",
                            "carry.pub.pem",
                            "--files",
                            small.toString())
                    .failed(ExitCode.FAILED, "No space left", "fix: ");
            try (Stream<Path> left = Files.list(small)) {
                assertThat(left).isEmpty();
            }
        } finally {
            outside.run("umount", small.toString()).ok();
        }
    }
}
