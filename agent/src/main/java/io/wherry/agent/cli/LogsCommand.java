package io.wherry.agent.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code wherry-agent logs}. */
@Command(name = "logs", description = "Show the newest log lines of a stack's containers.")
final class LogsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Mixin
    Place place = new Place();

    @Parameters(arity = "0..1", paramLabel = "STACK", description = "Only this stack.")
    Optional<String> stack = Optional.empty();

    @Option(
            names = "--lines",
            paramLabel = "N",
            description = "So many per container (default: ${DEFAULT-VALUE}).",
            defaultValue = "50")
    long lines = 50;

    @Override
    public Integer call() {
        Json.Obj answer = Session.ask(
                place,
                Json.object()
                        .put("command", "logs")
                        .putIf("stack", stack)
                        .put("lines", lines)
                        .build());
        for (Json.Obj log : answer.objects("logs")) {
            for (String line : log.strings("lines")) {
                spec.commandLine().getOut().println(log.string("stack") + "/" + log.string("service") + " | " + line);
            }
        }
        return ExitCode.OK.code();
    }
}
