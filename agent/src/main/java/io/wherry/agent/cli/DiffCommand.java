package io.wherry.agent.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code wherry-agent diff}. */
@Command(
        name = "diff",
        description = "Show where what runs differs from what was applied.",
        footer = {"", "Exit code 0: no difference, 1: differences, above 1: an error."})
final class DiffCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Mixin
    Place place = new Place();

    @Parameters(arity = "0..1", paramLabel = "STACK", description = "Only this stack.")
    Optional<String> stack = Optional.empty();

    @Override
    public Integer call() {
        Json.Obj answer = Session.ask(
                place,
                Json.object().put("command", "diff").putIf("stack", stack).build());
        Output table = new Output("STACK", "OBJECT", "FIELD", "WANTED", "FOUND");
        boolean same = true;
        for (Json.Obj one : answer.objects("stacks")) {
            for (Json.Obj difference : one.objects("differences")) {
                same = false;
                table.row(
                        one.string("stack"),
                        difference.string("object"),
                        difference.string("field"),
                        difference.string("wanted"),
                        difference.string("found"));
            }
        }
        if (!same) {
            table.print(spec.commandLine().getOut());
        }
        return same ? ExitCode.OK.code() : ExitCode.FAILED.code();
    }
}
