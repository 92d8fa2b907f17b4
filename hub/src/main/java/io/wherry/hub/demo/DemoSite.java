package io.wherry.hub.demo;

import io.wherry.base.Causes;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything the tour makes, in one place: a folder, two processes, a project on the engine. {@link #close} takes all of it away again, at
 * whatever point the tour was; it may be called twice.
 */
final class DemoSite implements AutoCloseable {
    /** The one project on the engine; its name is what cleaning up looks for. */
    static final String STACK = "wherry-demo";

    private final PrintStream out;
    private final Path folder;
    private final Shell shell;
    private final DemoEngine engine;
    private final boolean ownImage;
    private @Nullable Process hub;
    private @Nullable Process agent;
    private boolean closed;

    DemoSite(PrintStream out, Path programs, boolean ownImage) {
        this.out = out;
        this.ownImage = ownImage;
        try {
            this.folder = Files.createTempDirectory("wherry-demo-");
        } catch (IOException e) {
            throw new DemoException("no temporary folder can be made: " + Causes.named(e), e);
        }
        this.shell = new Shell(out, programs, folder);
        this.engine = new DemoEngine(shell);
    }

    Path folder() {
        return folder;
    }

    Shell shell() {
        return shell;
    }

    DemoEngine engine() {
        return engine;
    }

    synchronized void startHub() {
        refuseWhenClosed();
        hub = shell.start(
                folder.resolve("hub.log"),
                "wherry-hub",
                "serve",
                "--data",
                folder.resolve("hub").toString());
    }

    synchronized void stopHub() {
        if (hub != null) {
            Shell.stop(hub);
            hub = null;
        }
    }

    synchronized void startAgent() {
        refuseWhenClosed();
        agent = shell.start(
                folder.resolve("agent.log"),
                "wherry-agent",
                "run",
                "--data",
                folder.resolve("agent").toString());
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw new DemoException("interrupted");
        }
    }

    /** @throws DemoException with the end of its log if hub or agent ended by itself */
    synchronized void checkProcesses() {
        check(hub, "hub");
        check(agent, "agent");
    }

    private void check(@Nullable Process process, String name) {
        if (process != null && !process.isAlive()) {
            throw new DemoException("the " + name + " ended by itself; its log ends with:\n" + logEnd(name));
        }
    }

    String logEnd(String name) {
        try {
            List<String> lines = Files.readAllLines(folder.resolve(name + ".log"));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "(no log: " + Causes.named(e) + ")";
        }
    }

    /** A free port of this machine. Nothing holds it until the hub or the container does: a rare race, which then fails aloud. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new DemoException("no free port: " + Causes.named(e), e);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        out.println();
        out.println("Cleaning up: processes, containers, network, volumes, files.");
        if (agent != null) {
            Shell.stop(agent);
        }
        stopHub();
        engine.remove(STACK);
        if (ownImage) {
            engine.removeImage();
        }
        deleteFolder();
    }

    private void deleteFolder() {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = new ArrayList<>(files.toList());
            deepestFirst.sort(Comparator.reverseOrder());
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            out.println("  " + folder + " could not be removed: " + Causes.named(e));
        }
    }
}
