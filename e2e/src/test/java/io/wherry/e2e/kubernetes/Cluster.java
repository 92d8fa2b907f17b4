package io.wherry.e2e.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.e2e.Checkout;
import io.wherry.e2e.FreePorts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The tests' cluster: one per JVM, made of real parts by {@code e2e/parts/kubernetes/cluster} and taken down when the JVM ends. Each test has a namespace of
 * its own. {@code WHERRY_TEST_KUBECONFIG} names another one to use.
 */
public final class Cluster {
    /** Of the image that every node has: busybox, static. */
    public static final String IMAGE = "wherry.test/busybox:1";

    /** The first start on a machine builds Kubernetes, or waits for who does. */
    private static final long START_MINUTES = 40;

    private static final long COMMAND_MINUTES = 3;
    private static final int PORTS_EACH = 5;
    private static final Path CACHE = Checkout.CACHE.resolve("kube-1.34.4");

    private static @Nullable Cluster started;

    private final Path kubeconfig;

    private final Optional<Own> own;

    private Cluster(Path kubeconfig, Optional<Own> own) {
        this.kubeconfig = kubeconfig;
        this.own = own;
    }

    /** One that this JVM started. */
    private record Own(String script, Path folder, String port, String parts) {
        void run(long minutes, String command, Object... more) {
            List<Object> line = new ArrayList<>(List.of(script, command, folder));
            line.addAll(List.of(more));
            Cluster.run(minutes, Map.of("KUBE_PORT", port, "KUBE_PARTS", parts), line.toArray());
        }
    }

    /** The one of this JVM. */
    public static synchronized Cluster get() {
        if (started == null) {
            String given = System.getenv().getOrDefault("WHERRY_TEST_KUBECONFIG", "");
            started = given.isEmpty() ? start("all") : new Cluster(Path.of(given), Optional.empty());
        }
        return started;
    }

    /** One of the test's own, with nothing but a store and an API server: {@link #down} it. */
    static synchronized Cluster ofApiServerAlone() {
        return start("api");
    }

    private static Cluster start(String parts) {
        try {
            Own own = new Own(
                    Path.of(System.getProperty("wherry.checkout", ".."), "e2e/parts/kubernetes/cluster")
                            .toString(),
                    Files.createTempDirectory("wherry-kube").resolve("cluster"),
                    String.valueOf(FreePorts.take(PORTS_EACH)),
                    parts);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> own.run(COMMAND_MINUTES, "down")));
            own.run(START_MINUTES, "up");
            return new Cluster(own.folder().resolve("kubeconfig"), Optional.of(own));
        } catch (IOException e) {
            throw new UncheckedIOException("the tests' Kubernetes cluster cannot be started", e);
        }
    }

    /** Ends the API server and starts it anew; its store and all that runs stay. */
    void restartApiServer() {
        own().run(COMMAND_MINUTES, "restart");
    }

    /** Ends it, and leaves nothing. */
    void down() {
        own().run(COMMAND_MINUTES, "down");
    }

    public Path kubeconfig() {
        return kubeconfig;
    }

    /** Where its containerd listens. */
    public Path containerd() {
        return own().folder().resolve("containerd.sock");
    }

    /** Has its node take the images of a registry from a mirror, from the next pull on. */
    public void mirror(String registry, String hostsToml) throws IOException {
        Path hosts = Files.createDirectories(own().folder().resolve("certs.d/" + registry));
        Files.writeString(hosts.resolve("hosts.toml"), hostsToml);
    }

    /** Puts an image's archive on its node. */
    public void load(Path archive) {
        own().run(COMMAND_MINUTES, "image", archive);
    }

    private Own own() {
        return own.orElseThrow(
                () -> new IllegalStateException(
                        "cluster: of WHERRY_TEST_KUBECONFIG, whose node is not at hand (expected: one that these tests start)"));
    }

    /** @return what it wrote, both streams @throws IllegalStateException with that where it failed */
    public String kubectl(String... arguments) {
        return run(COMMAND_MINUTES, Map.of(), command(arguments));
    }

    /** @return what it wrote, both streams, whatever its exit code */
    String tries(String... arguments) {
        return output(COMMAND_MINUTES, Map.of(), command(arguments)).text();
    }

    /** With an environment variable; the exit code does not matter. */
    String kubectlWith(String variable, String value, String... arguments) {
        return output(COMMAND_MINUTES, Map.of(variable, value), command(arguments))
                .text();
    }

    private Object[] command(String... arguments) {
        List<Object> command = new ArrayList<>();
        Path own = CACHE.resolve("kubectl");
        command.add(Files.isExecutable(own) ? own : "kubectl");
        command.add("--kubeconfig");
        command.add(kubeconfig);
        command.addAll(List.of(arguments));
        return command.toArray();
    }

    private static String run(long minutes, Map<String, String> environment, Object... command) {
        Output output = output(minutes, environment, command);
        if (output.exit() != 0) {
            throw new IllegalStateException(List.of(command) + ": exit code " + output.exit() + ": " + output.text());
        }
        return output.text();
    }

    private record Output(int exit, String text) {}

    /** The output goes by a file: parts of the cluster go on running and would hold a pipe open. */
    private static Output output(long minutes, Map<String, String> environment, Object... command) {
        try {
            Path file = Files.createTempFile("wherry-kube", ".out");
            ProcessBuilder builder = new ProcessBuilder(
                            Arrays.stream(command).map(String::valueOf).toList())
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(file.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(List.of(command) + ": not ended after " + minutes + " minutes");
            }
            String text = Files.readString(file, UTF_8).strip();
            Files.delete(file);
            return new Output(process.exitValue(), text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted while a command ran"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
