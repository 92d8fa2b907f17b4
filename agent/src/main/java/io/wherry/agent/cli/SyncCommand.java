package io.wherry.agent.cli;

import io.wherry.agent.Agent;
import io.wherry.agent.AgentConfig;
import io.wherry.agent.Commands;
import io.wherry.agent.Doctor;
import io.wherry.agent.Runtimes;
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

/** {@code wherry-agent sync}. */
@Command(name = "sync", description = "Ask the hub and look at every stack now, instead of at the next interval.")
final class SyncCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Mixin
    Place place = new Place();

    @Parameters(arity = "0..1", paramLabel = "STACK", description = "Only this stack.")
    Optional<String> stack = Optional.empty();

    @Option(names = "--retry", description = "Try a generation again that was rolled back or refused here.")
    boolean retry;

    @Override
    public Integer call() throws InterruptedException {
        Json.Obj request = Json.object()
                .put("command", "sync")
                .putIf("stack", stack)
                .put("retry", retry)
                .build();
        if (Session.isRunning(place)) {
            Json.Obj told = Session.ask(place, request);
            spec.commandLine()
                    .getErr()
                    .println("looking at " + String.join(", ", told.strings("told")) + "; see wherry-agent status");
            return ExitCode.OK.code();
        }
        AgentConfig config = place.read().forTimer();
        try (Agent agent = Agent.open(place.data, config, Agent.World.real(), Runtimes::open)) {
            agent.prepare();
            new Commands(agent).handle(request);
            return agent.runOnce().map(Doctor::hubExit).orElse(ExitCode.OK).code();
        }
    }
}
