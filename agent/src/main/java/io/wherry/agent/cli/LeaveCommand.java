package io.wherry.agent.cli;

import io.wherry.agent.Agent;
import io.wherry.agent.Leaving;
import io.wherry.agent.Runtimes;
import io.wherry.agent.state.Membership;
import io.wherry.base.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
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
        if (!Leaving.hasJoined(place.data)) {
            throw Session.notJoined(place);
        }
        Optional<String> name = Membership.find(place.data).map(Membership::name);
        if (removeWorkloads && name.isPresent()) {
            try (Agent agent = Agent.open(place.data, place.read(), Agent.World.real(), Runtimes::open)) {
                List<String> problems = Leaving.removeWorkloads(agent);
                if (!problems.isEmpty()) {
                    err().println("wherry-agent leave: not everything could be removed, so this agent stays a member:");
                    problems.forEach(problem -> err().println("  " + problem));
                    err().println("Try again, or leave without --remove-workloads and remove the rest by hand.");
                    return ExitCode.FAILED.code();
                }
            }
        }
        Leaving.forget(place.data);
        err().println("left; " + (removeWorkloads ? "volumes and their data stay" : "what was applied keeps running")
                + "; the hub shows this agent until it is retired: wherry agent retire " + name.orElse("NAME"));
        return ExitCode.OK.code();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
