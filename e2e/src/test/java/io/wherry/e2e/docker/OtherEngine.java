package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.wherry.e2e.Checkout;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An engine beside the machine's own: in a network namespace, so that the two do not meet in the kernel's bridges and packet rules, and in folders of its
 * own. Needs root.
 */
final class OtherEngine implements AutoCloseable {
    private static final List<String> NEWEST = List.of(
            System.getProperty("wherry.test.engine", ""),
            Checkout.CACHE.resolve("docker-engine").toString());

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** It stops its containers first. */
    private static final Duration FAREWELL = Duration.ofSeconds(60);

    private final Path folder;
    private final String network;
    private final Process process;
    private final TestEngine engine;

    private OtherEngine(Path folder, String docker, List<String> command, Map<String, String> environment)
            throws IOException {
        this.folder = folder;
        Path socket = socket(folder);
        this.network = folder.getFileName().toString();
        Shell.run("ip", "netns", "add", network);
        Shell.run("nsenter", "--net=/run/netns/" + network, "ip", "link", "set", "lo", "up");
        List<String> inside = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + network));
        inside.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(inside)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy)); // also when the tests are interrupted
        engine = new TestEngine(docker, "unix://" + socket, Path.of("/proc", String.valueOf(process.pid()), "net"));
    }

    /** Not below {@code /tmp}, which projects of the corpus mount: an engine refuses a mount that holds its own folder. */
    private static Path folder(String name) throws IOException {
        return Files.createTempDirectory(Path.of("/var/tmp"), "wherry-" + name + "-");
    }

    private static Path socket(Path folder) {
        return folder.resolve("engine.sock");
    }

    /**
     * The newest Docker engine that Debian has. {@code ./verify} unpacks it without runc: the machine's own goes with both.
     *
     * @throws IllegalStateException if there is none: without it the comparison proves nothing
     */
    static OtherEngine newest() throws Exception {
        Path folder = folder("newest");
        Path programs = NEWEST.stream()
                .filter(place -> !place.isEmpty() && Files.isExecutable(Path.of(place, "usr/sbin/dockerd")))
                .map(Path::of)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "newest engine: not found (expected: its folder in -Dwherry.test.engine, or one of " + NEWEST
                                + "; ./verify unpacks it)"));
        String path = programs.resolve("usr/bin") + ":" + programs.resolve("usr/sbin") + ":" + System.getenv("PATH");
        List<String> command = List.of(
                programs.resolve("usr/sbin/dockerd").toString(),
                "--data-root=" + folder.resolve("data"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("pid"),
                "--host=unix://" + socket(folder));
        return new OtherEngine(folder, programs.resolve("usr/bin/docker").toString(), command, Map.of("PATH", path))
                .answering();
    }

    /**
     * Debian's Podman with its service for the Docker API, as root. Its own limits are higher than a root without all capabilities may set. By runc: crun wants every
     * hierarchy of control groups that the kernel has to be mounted here, and a systemd that ran in a container has made some that only it could see.
     */
    static OtherEngine podman() throws Exception {
        Path folder = folder("podman");
        Path conf = Files.writeString(folder.resolve("containers.conf"), """
            [containers]
            default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
            [network]
            network_backend = "netavark"
            network_config_dir = "%s"
            [engine]
            cgroup_manager = "cgroupfs"
            runtime = "runc"
            events_logger = "file"
            volume_path = "%s"
            """.formatted(
                        folder.resolve("networks"), folder.resolve("volumes")));
        List<String> command = new ArrayList<>(podman(folder));
        command.addAll(List.of("system", "service", "--time=0", "unix://" + socket(folder)));
        return new OtherEngine(folder, "docker", command, Map.of("CONTAINERS_CONF", conf.toString())).answering();
    }

    private static List<String> podman(Path folder) {
        return List.of(
                "podman",
                "--root=" + folder.resolve("data"),
                "--runroot=" + folder.resolve("run"),
                "--tmpdir=" + folder.resolve("tmp"));
    }

    /** Runs a container's health check once, as a timer of systemd does at a site. */
    void checksHealth(String container) throws IOException {
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + network));
        command.addAll(podman(folder));
        command.addAll(List.of("healthcheck", "run", container));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .put("CONTAINERS_CONF", folder.resolve("containers.conf").toString());
        Process check = builder.start();
        String said = new String(check.getInputStream().readAllBytes(), UTF_8);
        try {
            if (check.waitFor() > 1) { // 1: the check ran, and failed
                throw new IOException(String.join(" ", command) + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a health check");
        }
    }

    private OtherEngine answering() throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (engine.exitCode("version") != 0) {
            if (System.nanoTime() > end || !process.isAlive()) {
                close();
                throw new AssertionError("the engine does not start:\n" + Files.readString(folder.resolve("log")));
            }
            Thread.sleep(100);
        }
        return this;
    }

    TestEngine engine() {
        return engine;
    }

    @Override
    public void close() throws IOException {
        end();
        // Podman's watchers of commands stay for minutes after their commands have ended.
        ProcessHandle.allProcesses()
                .filter(one -> one.info().commandLine().orElse("").contains(folder.toString()))
                .forEach(ProcessHandle::destroyForcibly);
        Shell.run("ip", "netns", "delete", network);
        List<String> mounts = Files.readAllLines(Path.of("/proc/mounts")).stream()
                .map(line -> line.split(" ")[1])
                .filter(mount -> mount.startsWith(folder.toString()))
                .toList();
        for (String mount : mounts.reversed()) {
            Shell.run("umount", "--lazy", mount);
        }
        Shell.run("rm", "-rf", "--one-file-system", folder.toString());
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(FAREWELL.toSeconds(), SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
