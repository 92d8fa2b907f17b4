package io.wherry.hub.cli;

import io.wherry.base.Durations;
import io.wherry.base.ExitCode;
import io.wherry.base.Suggest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
            description =
                    "Of a stack healthy (default), synced or ready, of an agent connected (default) or ready, of a source ready (default) or fetched; of all deleted.")
    private Optional<String> state = Optional.empty();

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
            Kind known = Kind.parse(kind);
            String wanted = wanted(known);
            Duration patience = Durations.parse(timeout);
            return new Waiting(hub(), session(), patience) // a login is asked for where the command itself is right
                    .until(known, name, wanted, Optional.ofNullable(revision));
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }

    /** One that the kind never has would be waited for until the time is over. */
    private String wanted(Kind known) {
        List<String> states = known.states();
        if (states.isEmpty()) {
            throw CliException.usage("there is nothing to wait for of a " + known.singular());
        }
        String wanted = state.orElse(states.getFirst());
        if (!states.contains(wanted)) {
            throw CliException.usage("--for " + wanted + ": no state of a " + known.singular()
                    + Suggest.hint(wanted, states) + "; one of: " + String.join(", ", states));
        }
        return wanted;
    }
}
