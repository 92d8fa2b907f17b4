package io.wherry.hub;

import io.wherry.base.ExitCode;
import io.wherry.hub.api.IdentityFiles;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wherry-hub check-config}: all that is wrong with the configuration, at once. */
@Command(name = "check-config", description = "Checks the configuration and names all that is wrong with it.")
final class CheckConfigCommand implements Callable<Integer> {
    @ParentCommand
    private HubMain main = new HubMain(Clock.systemUTC(), Map.of());

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Override
    public Integer call() {
        HubConfig config = options.read(main.environment());
        // A hub with a certificate that cannot be used does not start.
        config.tls().ifPresent(files -> IdentityFiles.read(files.certificate(), files.key()));
        spec.commandLine().getOut().println(options.file() + ": ok");
        return ExitCode.OK.code();
    }
}
