package io.wherry.e2e.program;

import io.wherry.contract.json.Json;
import io.wherry.e2e.docker.TestImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A Docker engine of a test's own beside the machine's, in a network namespace, that may be killed and started again. Needs root.
 *
 * <p>Killed, it takes its containerd along and leaves the containers running; the next start finds them.
 */
final class OwnEngine implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Engines of this process: the tests of several classes run side by side. */
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Path folder;
    private final Path socket;
    private final Path log;
    private final String network;
    private final Programs outside;
    private final Programs inside;
    private @Nullable Process process;
    private boolean closed;

    private OwnEngine(Path folder, Programs programs) throws Exception {
        this.folder = folder;
        this.socket = folder.resolve("engine.sock");
        this.log = folder.resolve("engine.log");
        this.network = "wherry-engine-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        this.outside = programs;
        this.inside =
                programs.by(List.of("nsenter", "--net=/run/netns/" + network)).with("DOCKER_HOST", "unix://" + socket);
        outside.run("ip", "netns", "add", network).ok();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close)); // also when the tests are interrupted
        inside.run("ip", "link", "set", "lo", "up").ok();
    }

    /** @param folder empty; its path must be short: sockets are below it */
    static OwnEngine start(Path folder, Programs programs) throws Exception {
        OwnEngine engine = new OwnEngine(folder, programs);
        engine.start();
        engine.load(TestImages.BUSYBOX_1);
        return engine;
    }

    /** One of the test images. */
    void load(String name) throws Exception {
        Path image = Files.createTempFile(folder, "image", ".tar");
        Files.write(image, TestImages.archive(name, Json.object().build()));
        inside.run("docker", "load", "--input", image.toString()).ok();
    }

    /** An engine that shares nothing with another one but the kernel. */
    static String[] command(Path folder, Path socket) {
        return new String[] {
            "dockerd",
            "--bridge=none",
            "--data-root=" + folder.resolve("engine"),
            "--exec-root=" + folder.resolve("exec"),
            "--pidfile=" + folder.resolve("engine.pid"),
            "--host=unix://" + socket
        };
    }

    /** Starts it, and waits until it answers. */
    synchronized void start() throws Exception {
        // Of one that was killed. Their numbers may be somebody else's by now or, where nobody reaps, those of dead
        // processes: it would wait for them.
        Files.deleteIfExists(folder.resolve("engine.pid"));
        Files.deleteIfExists(folder.resolve("exec/containerd/containerd.pid"));
        process = inside.start(log, command(folder, socket));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (inside.run("docker", "version").exit() != 0) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new AssertionError("the engine does not start:\n" + Programs.end(log));
            }
            Thread.sleep(100);
        }
    }

    /** SIGKILL. Nothing if it is not running. */
    synchronized void kill() {
        if (process != null) {
            try {
                Programs.kill(process);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process = null;
        }
    }

    /** What runs where it is: it reaches nothing else. */
    Programs inside() {
        return inside;
    }

    Path socket() {
        return socket;
    }

    Engine engine() {
        return new Engine(inside);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (process != null) {
                for (String id : engine().does("ps", "-aq").lines().toList()) {
                    inside.run("docker", "rm", "-f", "-v", id);
                }
                Programs.stop(process);
            }
            endWhatIsLeft(); // of one that was killed, or that did not come up again
            outside.run("ip", "netns", "delete", network);
        } catch (Exception e) {
            throw new IllegalStateException("cleaning up " + folder, e);
        }
    }

    private void endWhatIsLeft() throws Exception {
        for (ProcessHandle left : ProcessHandle.allProcesses()
                .filter(one -> one.info().commandLine().orElse("").contains(folder.toString()))
                .toList()) {
            List<ProcessHandle> containers = left.children().toList();
            left.destroyForcibly();
            containers.forEach(ProcessHandle::destroyForcibly);
        }
        List<String> mounts = Files.readAllLines(Path.of("/proc/mounts")).stream()
                .map(line -> line.split(" ")[1])
                .filter(mount -> mount.startsWith(folder.toString()))
                .toList();
        for (String mount : mounts.reversed()) {
            outside.run("umount", "--lazy", mount).ok();
        }
    }
}
