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

/** {@code wherry-agent history}. */
@Command(name = "history", description = "Show what happened here, oldest first.")
final class HistoryCommand implements Callable<Integer> {
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
            description = "At most so many (default: ${DEFAULT-VALUE}).",
            defaultValue = "50")
    long lines = 50;

    @Override
    public Integer call() {
        Json.Obj answer = Session.ask(
                place,
                Json.object()
                        .put("command", "history")
                        .putIf("stack", stack)
                        .put("lines", lines)
                        .build());
        Output table = new Output("TIME", "STACK", "GENERATION", "OUTCOME", "WHY");
        for (Json.Obj line : answer.objects("history")) {
            long generation = line.integerOr("generation", 0);
            table.row(
                    line.string("at"),
                    line.string("stack"),
                    generation == 0 ? "-" : Long.toString(generation),
                    line.string("outcome"),
                    Output.why(line));
        }
        table.print(spec.commandLine().getOut());
        return ExitCode.OK.code();
    }
}
