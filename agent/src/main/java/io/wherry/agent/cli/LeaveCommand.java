package io.wherry.agent.cli;

import io.wherry.agent.Agent;
import io.wherry.agent.Leaving;
import io.wherry.agent.Runtimes;
import io.wherry.agent.state.Membership;
import io.wherry.agent.state.StateException;
import io.wherry.base.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wherry-agent leave}. */
@Command(
        name = "leave",
        description = "Forget the hub: keys, certificate, floors and journal are deleted. Workloads keep running.",
        footer = {"", "The hub keeps showing the agent until an operator retires it: wherry agent retire NAME."})
final class LeaveCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Mixin
    Place place = new Place();

    @Option(
            names = "--remove-workloads",
            description = "Stop and remove what this agent runs. Volumes and their data stay.")
    boolean removeWorkloads;

    @Override
    public Integer call() {
        if (removeWorkloads && Membership.find(place.data).isPresent()) {
            try (Agent agent = Agent.open(place.data, place.read(), Agent.World.real(), Runtimes::open)) {
                List<String> problems = Leaving.removeWorkloads(agent);
                if (!problems.isEmpty()) {
                    problems.forEach(spec.commandLine().getErr()::println);
                    return ExitCode.FAILED.code();
                }
            }
        }
        try {
            Leaving.forget(place.data);
        } catch (StateException e) {
            spec.commandLine().getErr().println("wherry-agent leave: " + e.getMessage());
            return e.exitCode().code();
        }
        spec.commandLine()
                .getErr()
                .println("left; the hub shows this agent until it is retired: wherry agent retire NAME");
        return ExitCode.OK.code();
    }
}
