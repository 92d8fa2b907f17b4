package io.wherry.agent.cli;

import io.wherry.agent.Agent;
import io.wherry.agent.AgentConfig;
import io.wherry.agent.Doctor;
import io.wherry.agent.Runtimes;
import io.wherry.agent.state.StateVersions;
import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wherry-agent doctor}. */
@Command(name = "doctor", description = "Check what this agent needs, and say whether it is this site or the hub.")
final class DoctorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Mixin
    Place place = new Place();

    @Option(
            names = "--state",
            description =
                    "Only whether this version can read the state folder. Asks nobody, changes nothing; an agent may run.")
    boolean state;

    @Override
    public Integer call() {
        if (state) {
            List<String> problems = StateVersions.problems(place.data);
            problems.forEach(spec.commandLine().getErr()::println);
            return problems.isEmpty() ? ExitCode.OK.code() : ExitCode.FAILED.code();
        }
        AgentConfig config = place.read();
        List<Doctor.Finding> findings;
        if (Session.isRunning(place)) {
            Json.Obj status =
                    Session.ask(place, Json.object().put("command", "status").build());
            Json.Obj runtime =
                    Session.ask(place, Json.object().put("command", "runtime").build());
            findings = Doctor.ofRunning(place.data, config, runtime, status);
        } else {
            try (Agent agent = Agent.open(place.data, config, Agent.World.real(), Runtimes::open)) {
                findings = Doctor.of(agent);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        findings.forEach(f -> out.println((f.good() ? "✔ ok       " : "✘ problem  ") + f.what() + ": " + f.detail()));
        return findings.stream()
                .filter(f -> !f.good())
                .findFirst()
                .map(f -> f.exitCode().code())
                .orElse(ExitCode.OK.code());
    }
}
