package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.e2e.ComposeOracle;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long a published port does not answer while its one container is replaced, stop first: by a warm agent and by {@code docker compose up -d}, turn by turn. */
final class SwapBench {
    private final Path folder;
    private final List<Long> ours = new ArrayList<>();
    private final List<Long> theirs = new ArrayList<>();

    SwapBench(Path folder) {
        this.folder = folder;
    }

    /** @param rounds after one to warm up */
    void run(int rounds) throws Exception {
        for (int round = 0; round <= rounds; round++) {
            long our = wherry();
            long their = compose();
            if (round > 0) {
                ours.add(our);
                theirs.add(their);
            }
        }
    }

    /** Gaps in nanoseconds. */
    List<Long> ours() {
        return ours;
    }

    List<Long> theirs() {
        return theirs;
    }

    private long wherry() throws Exception {
        int port = freePort();
        try (Site site = new Site(Site.unique("wherryswap"), folder)) {
            Deployment first = site.next(model(port, 1));
            applied(site, first);
            site.commit(first);
            Deployment second = site.next(model(port, 2));
            return gap(port, () -> applied(site, second));
        }
    }

    private static void applied(Site site, Deployment deployment) {
        if (!(site.runtime.apply(deployment, ApplyMode.FULL) instanceof Application.Applied)) {
            throw new IllegalStateException("not applied");
        }
    }

    private long compose() throws Exception {
        int port = freePort();
        Path file = folder.resolve("swap.json");
        String compose = ComposeOracle.find().program();
        String project = Site.unique("composeswap");
        String[] up = {compose, "-p", project, "-f", file.toString(), "up", "-d"};
        try {
            Files.write(file, model(port, 1).replace('\'', '"').getBytes(UTF_8));
            Shell.run(up);
            Files.write(file, model(port, 2).replace('\'', '"').getBytes(UTF_8));
            return gap(port, () -> Shell.run(up));
        } finally {
            Shell.run(compose, "-p", project, "-f", file.toString(), "down", "-v");
        }
    }

    private interface Swap {
        void run() throws Exception;
    }

    private static long gap(int port, Swap swap) throws Exception {
        try (PortAsker asker = PortAsker.start(port)) {
            asker.awaitAnswer("1");
            swap.run();
            asker.awaitAnswer("2");
            return asker.gap();
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static String model(int port, int version) {
        return """
                {'services': {'web': {'image': 'wherry.test/busybox:%2$d', 'stop_signal': 'SIGKILL', 'ports': \
                [{'target': 8080, 'published': '%1$d', 'host_ip': '127.0.0.1', 'protocol': 'tcp', 'mode': 'ingress'}], \
                'command': ['sh', '-c', 'mkdir -p /tmp/web; echo %2$d > /tmp/web/index.html; exec httpd -f -p 8080 -h /tmp/web']}}}""".formatted(port, version);
    }
}
