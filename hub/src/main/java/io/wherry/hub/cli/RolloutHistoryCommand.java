package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The rollouts a stack had, newest first. */
@picocli.CommandLine.Command(name = "history", description = "Show the stack's rollouts, newest first.")
final class RolloutHistoryCommand extends Command {
    @Parameters(paramLabel = "STACK")
    private String stack = "";

    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml);
        List<Json.Obj> rollouts =
                hub().get(StackCommand.path(stack, "rollouts")).objects("items");
        if (format == Format.table) {
            out().table(RolloutStatusCommand.table(rollouts, session()));
        } else {
            out().items(rollouts, format);
        }
        return ExitCode.OK;
    }
}
