package io.wherry.agent.cli;

import io.wherry.agent.Agent;
import io.wherry.agent.AgentConfig;
import io.wherry.agent.Daemon;
import io.wherry.agent.Doctor;
import io.wherry.agent.LogFormat;
import io.wherry.agent.Runtimes;
import io.wherry.base.ExitCode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wherry-agent run}. */
@Command(
        name = "run",
        description = "Run the agent: as a service, or with --once for one cycle.",
        footer = {"", "It opens connections to the hub and listens on no port."})
final class RunCommand implements Callable<Integer> {
    @Mixin
    Place place = new Place();

    @Option(names = "--once", description = "One cycle: poll, apply, observe, report; then exit. For a timer.")
    boolean once;

    @Override
    public Integer call() throws InterruptedException {
        AgentConfig config = place.read();
        LogFormat.apply(config.log());
        try (Agent agent =
                Agent.open(place.data, once ? config.forTimer() : config, Agent.World.real(), Runtimes::open)) {
            if (once) {
                return agent.runOnce()
                        .map(problem -> Doctor.hubExit(problem).code())
                        .orElseGet(() -> exitOf(agent));
            }
            Daemon.run(agent, place.socket(config));
            return ExitCode.OK.code();
        }
    }

    /** A timer's log shows what a cycle came to. */
    private static int exitOf(Agent agent) {
        Optional<ExitCode> problem = agent.runtimeProblem().map(Doctor::runtimeExit);
        if (problem.isPresent()) {
            return problem.get().code();
        }
        return agent.isAllWell() ? ExitCode.OK.code() : ExitCode.UNHEALTHY.code();
    }
}
