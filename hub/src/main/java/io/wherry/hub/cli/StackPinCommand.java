package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds a stack at a revision, or lets it follow its source again. */
@picocli.CommandLine.Command(
        name = "pin",
        description = "Hold the stack at a revision; --clear lets it follow its source again.")
final class StackPinCommand extends Command {
    @Parameters(paramLabel = "NAME")
    private String name = "";

    @ArgGroup(multiplicity = "1")
    private @Nullable What what;

    /** Exactly one. */
    static final class What {
        @Option(names = "--revision", paramLabel = "REVISION", description = "Number from stack history.")
        long revision;

        @Option(names = "--clear", description = "Follow the source again.")
        boolean clear;
    }

    @Mixin
    private ActOptions act = new ActOptions();

    @Override
    ExitCode run() {
        What chosen = java.util.Objects.requireNonNull(what, "what");
        Json.Builder body =
                chosen.clear ? Json.object().put("clear", true) : Json.object().put("revision", chosen.revision);
        Json.Obj answer =
                hub().post(StackCommand.path(name, "pin"), act.addTo(body).build());
        out().line("stack/" + name + " " + answer.string("message"));
        return ExitCode.OK;
    }
}
