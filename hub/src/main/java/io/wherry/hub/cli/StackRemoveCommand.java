package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a stack from one agent that is no target of it any more. */
@picocli.CommandLine.Command(
        name = "remove",
        description = "Remove the stack from an agent it no longer targets (phase Detached).")
final class StackRemoveCommand extends Command {
    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "--agent", required = true, paramLabel = "AGENT", description = "Which of its agents.")
    private String agent = "";

    @Option(names = "--keep", description = "Leave its containers running, only stop managing them.")
    private boolean keep;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Mixin
    private ActOptions act = new ActOptions();

    @Override
    ExitCode run() {
        if (!yes && !keep) {
            Confirm.orStop(session(), "this removes stack " + name + " from agent " + agent + "; volumes stay");
        }
        Json.Obj answer = hub().post(
                        StackCommand.path(name, "remove"),
                        act.addTo(Json.object().put("agent", agent).put("keep", keep))
                                .build());
        out().line("stack/" + name + " " + answer.string("message"));
        return ExitCode.OK;
    }
}
