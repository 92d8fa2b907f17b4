package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all commands share: the session they are given, {@code --context} and {@code --help}. The one base class of the command line. */
abstract class Command implements Callable<Integer> {
    private @Nullable Session session;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "The hub to speak to (default: the current context).")
    private Optional<String> context = Optional.empty();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    /** Does the work. @throws CliException naming what failed, why, and what to do */
    abstract ExitCode run();

    @Override
    public final Integer call() {
        return run().code();
    }

    /** Takes the context that was given further to the left ({@code wherry --context NAME get …}), unless this command was given its own. */
    void under(Command left) {
        if (context.isEmpty()) {
            context = left.context;
        }
    }

    Command in(Session given) {
        session = given;
        return this;
    }

    Session session() {
        if (session == null) {
            throw new IllegalStateException("session: none (expected: the factory hands one to each command)");
        }
        return session;
    }

    Out out() {
        return session().out();
    }

    Context chosenContext() {
        return session().contexts().choose(context);
    }

    HubApi hub() {
        return session().hub(context);
    }
}
