package io.wherry.hub;

import io.wherry.base.ExitCode;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wherry-hub doctor}: one line for each thing looked at. */
@Command(name = "doctor", description = "Looks at data folder, keys, database, disk, ports, clock and certificates.")
final class DoctorCommand implements Callable<Integer> {
    @ParentCommand
    private HubMain main = new HubMain(Clock.systemUTC(), Map.of());

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Override
    public Integer call() {
        List<Finding> findings =
                new Doctor(options.folder(), main.clock()).examine(() -> options.read(main.environment()));
        findings.forEach(finding -> spec.commandLine().getOut().println(finding));
        return findings.stream().allMatch(Finding::good) ? ExitCode.OK.code() : ExitCode.FAILED.code();
    }
}
