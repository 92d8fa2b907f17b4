package io.wherry.agent.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wherry-agent resume}. */
@Command(name = "resume", description = "End a pause, or what keeps every stack waiting.")
final class ResumeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Mixin
    Place place = new Place();

    @Option(
            names = "--accept-runtime",
            description =
                    "Another runtime than before is the right one: set the stacks up anew on the one that answers now.")
    boolean acceptRuntime;

    @Override
    public Integer call() {
        Json.Obj answer = Session.ask(
                place,
                Json.object()
                        .put("command", "resume")
                        .put("acceptRuntime", acceptRuntime)
                        .build());
        answer.findString("runtime").ifPresent(id -> spec.commandLine()
                .getErr()
                .println(
                        answer.bool("changed")
                                ? "runtime " + id + " is accepted: the stacks are set up on it"
                                : "runtime " + id + " is the one that is known already"));
        return ExitCode.OK.code();
    }
}
