package io.wherry.e2e.site;

import io.wherry.e2e.Checkout;
import io.wherry.e2e.docker.TestImages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A hub as a process, for the tests of one class, and the operator's command line. What its stacks left on the engine is removed at the end. */
final class Hub implements BeforeAllCallback, AfterAllCallback {
    /** Far above what anything here takes on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final List<String> projects = new ArrayList<>();
    private @Nullable Path made;
    private @Nullable Process process;

    Path folder() {
        if (made == null) {
            throw new IllegalStateException("hub: not started (expected: a static field with @RegisterExtension)");
        }
        return made;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        TestImages.load();
        made = Files.createTempDirectory("wherry-site-");
        // Agents without privileges must come through to their own folders.
        Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwxr-xr-x"));
        int operators = freePort();
        String data = folder().resolve("hub").toString();
        program(
                        "wherry-hub",
                        "init",
                        "--data",
                        data,
                        "--hostname",
                        "localhost",
                        "--set",
                        "listen.operators=127.0.0.1:" + operators,
                        "--set",
                        "listen.agents=127.0.0.1:" + freePort(),
                        "--set",
                        "listen.health=127.0.0.1:" + freePort(),
                        "--set",
                        "sources.localDirectories=" + folder())
                .ok();
        process = new ProcessBuilder(path("wherry-hub"), "serve", "--data", data)
                .redirectErrorStream(true)
                .redirectOutput(folder().resolve("hub.log").toFile())
                .start();
        wherry(
                        "login",
                        "https://localhost:" + operators,
                        "--token-file",
                        data + "/admin-token",
                        "--ca-file",
                        data + "/ca.crt",
                        "--timeout",
                        "180s")
                .ok();
    }

    long pid() {
        return process == null ? 0 : process.pid();
    }

    Ran wherry(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("wherry"));
        command.addAll(Arrays.asList(arguments));
        return program(command.toArray(String[]::new));
    }

    private Ran program(String... command) throws IOException, InterruptedException {
        List<String> resolved = new ArrayList<>(Arrays.asList(command));
        resolved.set(0, path(command[0]));
        return Ran.command(
                folder(), Map.of("XDG_CONFIG_HOME", folder().resolve("config").toString()), resolved);
    }

    private static String path(String program) {
        return Checkout.ROOT.resolve("packaging/bin").resolve(program).toString();
    }

    String token(String site) throws IOException, InterruptedException {
        return wherry("token", "create", "--labels", "site=" + site).ok().out().strip();
    }

    /** Assigns a stack of one service with a named volume to a site. @return the project's name on the engine */
    String assign(String site) throws Exception {
        String stack = site + "-" + ProcessHandle.current().pid();
        projects.add(stack);
        Path repository = Files.createDirectory(folder().resolve(stack + ".git"));
        Files.writeString(repository.resolve("compose.yaml"), """
                services:
                  web:
                    image: wherry.test/busybox:1
                    command: ["sleep", "10000"]
                    stop_signal: SIGKILL
                    restart: unless-stopped
                    volumes: ["data:/data"]
                volumes: {data: {}}
                """);
        String script = "git init -q -b main . && git add -A"
                + " && git -c user.name=Ada -c user.email=ada@example.org commit -q -m first";
        Ran.command(repository, Map.of("GIT_CONFIG_GLOBAL", "/dev/null"), List.of("sh", "-c", script))
                .ok();
        Path fleet = folder().resolve(stack + ".yaml");
        Files.writeString(fleet, """
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: STACK}
                spec: {type: git, url: REPOSITORY, ref: {branch: main}, interval: 10s}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: STACK}
                spec:
                  sourceRef: STACK
                  format: compose
                  sync: {siteInterval: 10s}
                  observe: 1s
                  targets:
                    - {name: here, agentSelector: {matchLabels: {site: SITE}}}
                """.replace("STACK", stack)
                .replace("REPOSITORY", repository.toString())
                .replace("SITE", site));
        wherry("apply", "-f", fleet.toString()).ok();
        return stack;
    }

    /** A container's or other object's value as the engine's own command line shows it; empty if there is none. */
    String docker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker", "-H", "unix://" + EngineGate.engine()));
        command.addAll(Arrays.asList(arguments));
        Ran ran = Ran.command(folder(), Map.of(), command);
        return ran.exit() == 0 ? ran.out().strip() : "";
    }

    void until(String what, Callable<Boolean> so, Callable<String> instead) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!so.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain until " + what + "; there is:\n" + instead.call());
            }
            Thread.sleep(PAUSE);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (process != null) {
            process.destroy();
            process.waitFor();
        }
        for (String project : projects) {
            String filter = "label=com.docker.compose.project=" + project;
            for (String kind : List.of("container", "network", "volume")) {
                String[] list = kind.equals("container")
                        ? new String[] {kind, "ls", "-aq", "--filter", filter}
                        : new String[] {kind, "ls", "-q", "--filter", filter};
                for (String id : docker(list).lines().toList()) {
                    docker(kind, "rm", kind.equals("network") ? "--" : "-f", id);
                }
            }
        }
        try (Stream<Path> files = Files.walk(folder())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
