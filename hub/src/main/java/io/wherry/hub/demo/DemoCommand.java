package io.wherry.hub.demo;

import io.wherry.base.ExitCode;
import io.wherry.base.ShutdownHook;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code wherry-hub demo}. */
@picocli.CommandLine.Command(
        name = "demo",
        description =
                "Show the whole product on this machine: a hub, a repository, an agent on the local Docker. Leaves nothing behind.")
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--auto", description = "Do everything by itself, check it, and end with 0 if all of it worked.")
    private boolean auto;

    @Option(
            names = "--repo",
            paramLabel = "URL",
            description = "Deploy from this repository instead: https://… or an absolute path.")
    private @Nullable String repository;

    @Option(names = "--path", paramLabel = "DIR", description = "With --repo: the folder of the Compose file.")
    private String path = ".";

    @Option(names = "--branch", paramLabel = "NAME", description = "With --repo (default: main).")
    private String branch = "main";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Override
    public Integer call() {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (auto && repository != null) {
            out.println("wherry-hub: --auto changes the repository it deploys, so that it takes none of yours");
            return ExitCode.USAGE.code();
        }
        try (DemoSite site = new DemoSite(out, programs(), repository == null)) {
            // Ctrl-C and a service manager's stop end the JVM by its hooks: this one cleans up at whatever point the
            // tour is.
            if (!ShutdownHook.register("demo-cleanup", site::close)) {
                return ExitCode.INTERRUPTED.code();
            }
            return tour(out, new Tour(out, site));
        }
    }

    private int tour(PrintStream out, Tour tour) {
        try {
            if (auto) {
                tour.automatic();
                return ExitCode.OK.code();
            }
            if (repository == null) {
                tour.firstDeployment();
                tour.invite();
            } else {
                tour.ownRepository(repository, path, branch);
            }
            tour.watch();
            return ExitCode.OK.code();
        } catch (DemoException e) {
            out.println();
            out.println("wherry-hub: " + e.getMessage());
            return ExitCode.FAILED.code();
        }
    }

    /** The launchers beside this program; the launcher itself tells where it is. */
    private static Path programs() {
        String home = System.getenv("WHERRY_HOME");
        if (home == null || home.isEmpty()) {
            throw new DemoException(
                    "WHERRY_HOME is not set; fix: start the demo by ./wherry demo or by the wherry-hub launcher");
        }
        return Path.of(home, "bin");
    }
}
