package io.wherry.e2e.pack;

import io.wherry.e2e.Checkout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A machine whose first process is systemd, with a Docker engine in it: a container that e2e/parts/systemd-machine makes. */
final class SystemdMachine implements AutoCloseable {
    private static final String SCRIPT =
            Checkout.ROOT.resolve("e2e/parts/systemd-machine").toString();
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Test classes run side by side, each with a machine of its own. */
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name = "wherry-machine-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();

    /** @param shared folder that is {@code /shared} in the machine */
    SystemdMachine(Path shared) throws Exception {
        Ran.of(List.of(SCRIPT, "up", name, shared.toString())).ok();
    }

    /** Runs a line of shell in it, as root. */
    Ran run(String line) throws Exception {
        return Ran.of(List.of("docker", "exec", "-e", "HOME=/root", name, "sh", "-c", line));
    }

    /** What a line says that must succeed. */
    String does(String line) throws Exception {
        return run(line).ok();
    }

    /** Waits until a line succeeds. */
    void until(String line) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Ran last = run(line);
        while (last.exit() != 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + last + "\n"
                        + run("journalctl --no-pager -n 40").said());
            }
            Thread.sleep(PAUSE);
            last = run(line);
        }
    }

    /** Shuts it down and starts it again: what it had in memory is gone. */
    void reboot() throws Exception {
        Ran.of(List.of(SCRIPT, "reboot", name)).ok();
    }

    /** Everything on it that bears the program's name, but for unpacked packages and what systemd and apt write down. */
    List<String> traces(String program) throws Exception {
        String files = does(
                "find / -xdev \\( -path /opt -o -path /proc -o -path /sys -o -path /shared -o -path /var/lib/docker -o -path /var/log \\) -prune -o "
                        + "-name 'wherry-" + program + "*' -print; find /run -name 'wherry-" + program
                        + "*' -print; for base in passwd group; do getent $base wherry-"
                        + program + " || true; done");
        return files.lines().filter(line -> !line.isBlank()).toList();
    }

    @Override
    public void close() throws IOException {
        try {
            Ran.of(List.of(SCRIPT, "down", name)).ok();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the machine " + name + " may still be there", e);
        }
    }
}
