package io.wherry.agent.cli;

import io.wherry.agent.AgentVersion;
import io.wherry.agent.state.StateVersions;
import io.wherry.base.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wherry-agent version}. */
@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Option(
            names = "--state",
            description = "Instead: the newest version that it reads of each kind of file in the state folder.")
    boolean state;

    @Override
    public Integer call() {
        if (state) {
            StateVersions.known()
                    .forEach((files, version) -> spec.commandLine().getOut().println(files + " " + version));
            return ExitCode.OK.code();
        }
        spec.commandLine().getOut().println("wherry-agent " + AgentVersion.TEXT);
        return ExitCode.OK.code();
    }
}
