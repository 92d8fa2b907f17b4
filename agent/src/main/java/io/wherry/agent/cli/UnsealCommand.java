package io.wherry.agent.cli;

import io.wherry.agent.Unsealing;
import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code wherry-agent unseal}. */
@Command(
        name = "unseal",
        description =
                "Put the secrets of what runs here into memory: before the engine starts, or where somebody deleted them.",
        footer = {"", "Needs the state folder alone: neither hub nor clock. No value is ever printed."})
final class UnsealCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Mixin
    Place place = new Place();

    @Override
    public Integer call() {
        if (Session.isRunning(place)) {
            Json.Obj answer =
                    Session.ask(place, Json.object().put("command", "unseal").build());
            return tell(answer.strings("written"), answer.strings("problems"));
        }
        Unsealing.Unsealed unsealed = Unsealing.of(place.data, place.read());
        return tell(List.copyOf(unsealed.written()), unsealed.problems());
    }

    private int tell(List<String> written, List<String> problems) {
        written.forEach(name -> spec.commandLine().getOut().println("unsealed " + name));
        problems.forEach(spec.commandLine().getErr()::println);
        return problems.isEmpty() ? ExitCode.OK.code() : ExitCode.FAILED.code();
    }
}
