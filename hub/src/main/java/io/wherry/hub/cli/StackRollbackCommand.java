package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pins a stack to the content of an earlier revision, under a new release: sites accept nothing older, only something newer that says the same. */
@picocli.CommandLine.Command(
        name = "rollback",
        description = "Go back to an earlier revision and stay there until stack pin --clear.")
final class StackRollbackCommand extends Command {
    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(
            names = "--to",
            paramLabel = "REVISION",
            description = "Number from stack history (default: the one before the present).")
    private @Nullable Long revision;

    @Mixin
    private ActOptions act = new ActOptions();

    @Override
    ExitCode run() {
        Json.Builder body = act.addTo(Json.object());
        if (revision != null) {
            body.put("revision", revision);
        }
        Json.Obj answer = hub().post(StackCommand.path(name, "rollback"), body.build());
        out().line("stack/" + name + " " + answer.string("message"));
        out().note("it stays there until: wherry stack pin " + name + " --clear");
        return ExitCode.OK;
    }
}
