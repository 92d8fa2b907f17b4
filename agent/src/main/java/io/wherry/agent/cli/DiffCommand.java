package io.wherry.agent.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
        boolean rows = false;
        for (Json.Obj one : answer.objects("stacks")) {
            Set<String> shown = unified(one);
            same &= shown.isEmpty();
            for (Json.Obj difference : one.objects("differences")) {
                same = false;
                if (shown.contains(difference.string("object"))) {
                    continue;
                }
                rows = true;
                table.row(
                        one.string("stack"),
                        difference.string("object"),
                        difference.string("field"),
                        difference.string("wanted"),
                        difference.string("found"));
            }
        }
        if (rows) {
            table.print(spec.commandLine().getOut());
        }
        return same ? ExitCode.OK.code() : ExitCode.FAILED.code();
    }

    /** Objects of a cluster as kubectl diff shows them. @return their names */
    private Set<String> unified(Json.Obj stack) {
        Set<String> shown = new HashSet<>();
        PrintWriter out = spec.commandLine().getOut();
        for (Json.Obj object :
                stack.findObject("plan").map(plan -> plan.objects("objects")).orElse(List.of())) {
            if (object.string("action").equals("Left")
                    || object.string("action").equals("Deleted")) {
                continue; // what is no longer declared is no difference of what is
            }
            String name = object.string("object");
            shown.add(name);
            out.println("diff " + stack.string("stack") + " " + name
                    + (object.string("note").isEmpty() ? "" : ": " + object.string("note")));
            out.println("--- running");
            out.println("+++ applied");
            object.strings("diff").forEach(out::println);
        }
        return shown;
    }
}
