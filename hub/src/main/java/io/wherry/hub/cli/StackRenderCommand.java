package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What one agent is given of a stack. */
@picocli.CommandLine.Command(
        name = "render",
        description = "Print what an agent is given: the stack as the hub rendered it.")
final class StackRenderCommand extends Command {
    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "--agent", required = true, paramLabel = "AGENT", description = "Which of its agents.")
    private String agent = "";

    @Option(names = "-o", paramLabel = "FORMAT", description = "yaml (default) or json.")
    private Format format = Format.yaml;

    @Override
    ExitCode run() {
        format.among(Format.yaml, Format.json);
        Json.Obj answer = hub().get(StackCommand.path(name, "render") + HubApi.query(Map.of("agent", agent)));
        out().structured(answer.object("model"), format);
        return ExitCode.OK;
    }
}
