package io.wherry.hub.cli;

import io.wherry.base.Durations;
import io.wherry.base.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Waits until something is so, or until it is clear that it will not be. */
@picocli.CommandLine.Command(
        name = "wait",
        description = "Wait for a state; exit 7 if it ends unhealthy, 6 if time runs out.")
final class WaitCommand extends Command {
    @Parameters(index = "0", paramLabel = "KIND")
    private String kind = "";

    @Parameters(index = "1", paramLabel = "NAME")
    private String name = "";

    @Option(
            names = "--for",
            paramLabel = "STATE",
            description = "healthy (default), synced, ready, connected, fetched or deleted.")
    private String state = "healthy";

    @Option(
            names = "--revision",
            paramLabel = "COMMIT",
            description = "Stacks: the state counts only at this commit (or a prefix of it).")
    private @Nullable String revision;

    @Option(names = "--timeout", paramLabel = "TIME", description = "Default: 5m.")
    private String timeout = "5m";

    @Override
    ExitCode run() {
        try {
            return new Waiting(hub(), session(), Durations.parse(timeout))
                    .until(Kind.parse(kind), name, state, java.util.Optional.ofNullable(revision));
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }
}
