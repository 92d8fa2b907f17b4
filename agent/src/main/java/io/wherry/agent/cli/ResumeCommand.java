package io.wherry.agent.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code wherry-agent resume}. */
@Command(name = "resume", description = "End a pause.")
final class ResumeCommand implements Callable<Integer> {
    @Mixin
    Place place = new Place();

    @Override
    public Integer call() {
        Session.ask(place, Json.object().put("command", "resume").build());
        return ExitCode.OK.code();
    }
}
