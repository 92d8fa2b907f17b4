package io.wherry.agent.cli;

import io.wherry.agent.state.Pause;
import io.wherry.base.Durations;
import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code wherry-agent pause}. */
@Command(name = "pause", description = "Leave everything as it is for a while: nothing is applied, nothing corrected.")
final class PauseCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Mixin
    Place place = new Place();

    @Option(names = "--for", paramLabel = "T", required = true, description = "How long, such as 2h; at most 14d.")
    String length = "";

    @Override
    public Integer call() {
        requireDuration();
        Json.Obj answer = Session.ask(
                place, Json.object().put("command", "pause").put("for", length).build());
        spec.commandLine()
                .getErr()
                .println("paused until " + answer.string("until") + "; wherry-agent resume ends it earlier");
        return ExitCode.OK.code();
    }

    private void requireDuration() {
        try {
            Pause.requireLength(Durations.parse(length)); // also where a running agent would be the one to refuse it
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--for: " + e.getMessage(), e);
        }
    }
}
