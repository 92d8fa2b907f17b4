package io.wherry.e2e.program;

import io.wherry.e2e.FreePorts;
import io.wherry.e2e.git.GitHttpsServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * A network that no route leads out of: a network namespace with a loopback interface, and on it a Git server, a registry and a Docker engine, the first two
 * over TLS by an authority of their own.
 *
 * <p>The engine is inside too, a second one beside the machine's: whatever pulls an image there has no other place to have it from. The other way,
 * a pair of virtual interfaces by which the machine's engine reaches the registry inside, would have been a way out. The address is no loopback address,
 * although its interface is one: engines speak to those without looking at certificates.
 *
 * <p>Needs root, for the namespace and for the engine.
 */
final class ClosedNetwork implements AutoCloseable {
    private static final String ADDRESS = "10.77.0.1";
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final String name;
    private final Programs outside;
    private final List<Process> processes = new ArrayList<>();
    private final Path folder;
    private final Programs inside;
    private final GitHttpsServer git;
    private final String registry;

    private ClosedNetwork(Path folder, Programs outside) throws Exception {
        if (!Programs.testsAreRoot()) {
            throw new IllegalStateException("user: " + System.getProperty("user.name")
                    + " (expected: root, who may make network namespaces and start an engine)");
        }
        this.name = "wherry-" + ProcessHandle.current().pid();
        this.outside = outside;
        this.folder = folder;
        outside.run("ip", "netns", "add", name).ok();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close)); // also when the tests are interrupted
        List<String> way = List.of("nsenter", "--net=/run/netns/" + name);
        Programs within = outside.by(way);
        within.run("ip", "link", "set", "lo", "up").ok();
        within.run("ip", "address", "add", ADDRESS + "/32", "dev", "lo").ok();
        this.git = GitHttpsServer.start(
                Files.createDirectories(folder.resolve("git")), new GitHttpsServer.Place(ADDRESS, ADDRESS, way));
        this.registry = startRegistry(within);
        Path engine = startEngine(within);
        this.inside = within.with("WHERRY_AGENT_DOCKER_HOST", "unix://" + engine)
                .with("DOCKER_HOST", "unix://" + engine)
                .with("WHERRY_AGENT_SECRETS_FOLDER", folder.resolve("secrets").toString());
    }

    /** @param folder empty; everything of it lies there. Its path must be short: sockets are below it */
    static ClosedNetwork start(Path folder, Programs outside) throws Exception {
        return new ClosedNetwork(folder, outside);
    }

    private String startRegistry(Programs within) throws Exception {
        String host = ADDRESS + ":" + FreePorts.take();
        Path configuration = Files.writeString(folder.resolve("registry.yml"), """
                version: 0.1
                log: {level: warn}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s", tls: {certificate: %s, key: %s}}
                """.formatted(
                        folder.resolve("registry"), host, git.certificateFile(), git.keyFile()));
        Path log = folder.resolve("registry.log");
        processes.add(within.start(log, "docker-registry", "serve", configuration.toString()));
        until(
                "the registry inside answers",
                () -> within.run("curl", "-sf", "--cacert", git.authorityFile().toString(), "https://" + host + "/v2/")
                                .exit()
                        == 0,
                log);
        return host;
    }

    private Path startEngine(Programs within) throws Exception {
        Path socket = folder.resolve("engine.sock");
        Path log = folder.resolve("engine.log");
        processes.add(within.with("SSL_CERT_FILE", git.authorityFile().toString())
                .start(log, OwnEngine.command(folder, socket)));
        until(
                "the engine inside answers",
                () -> within.run("docker", "--host=unix://" + socket, "version").exit() == 0,
                log);
        return socket;
    }

    private static void until(String what, Callable<Boolean> so, Path log) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!so.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain until " + what + ":\n" + Programs.end(log));
            }
            Thread.sleep(100);
        }
    }

    /** Programs that run inside, and know the engine there. */
    Programs programs() {
        return inside;
    }

    Engine engine() {
        return new Engine(inside);
    }

    GitHttpsServer git() {
        return git;
    }

    /** {@code HOST:PORT} */
    String registry() {
        return registry;
    }

    /** Of the Git server and the registry. */
    Path authority() {
        return git.authorityFile();
    }

    /** What could lead out: routes beyond the networks of containers, interfaces that are no part of these, and pairs with an end outside. */
    Map<String, List<String>> waysOut() throws Exception {
        return Map.of(
                "routes",
                lines(inside.run("ip", "route", "show", "table", "all").ok()).stream()
                        .filter(
                                line -> line.startsWith("default")
                                        || !line.matches(
                                                "(local|broadcast|multicast|anycast|fe80::/64|ff00::/8) .*|.* dev (lo|br-[0-9a-f]+) .*"))
                        .toList(),
                "interfaces",
                lines(inside.run("ip", "-o", "link").ok()).stream()
                        .filter(line -> !line.matches("\\d+: (lo|br-[0-9a-f]+|veth[0-9a-f]+@if\\d+): .*"))
                        .toList(),
                "pairs",
                lines(outside.run("ip", "-o", "link").ok()).stream()
                        .filter(line -> line.contains("link-netns " + name))
                        .toList());
    }

    private static List<String> lines(Said said) {
        return said.lines().stream().map(String::strip).toList();
    }

    @Override
    public synchronized void close() {
        try {
            if (inside != null) {
                for (String id : engine().does("ps", "-aq").lines().toList()) {
                    inside.run("docker", "rm", "-f", "-v", id);
                }
            }
            for (Process process : processes.reversed()) {
                Programs.stop(process);
            }
            processes.clear();
            if (git != null) {
                git.close();
            }
            outside.run("ip", "netns", "delete", name);
        } catch (Exception e) {
            throw new IllegalStateException("cleaning up " + name, e);
        }
    }
}
