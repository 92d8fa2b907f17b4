package io.wherry.agent.cli;

import io.wherry.agent.AgentVersion;
import io.wherry.base.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code wherry-agent version}. */
@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().println("wherry-agent " + AgentVersion.TEXT);
        return ExitCode.OK.code();
    }
}
