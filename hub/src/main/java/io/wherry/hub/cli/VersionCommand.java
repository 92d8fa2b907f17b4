package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.base.Version;

/** The version of this program; asks no hub, so that it answers at once. */
@picocli.CommandLine.Command(name = "version", description = "Show the version.")
final class VersionCommand extends Command {
    static final String LINE = "wherry " + Version.CURRENT;

    @Override
    ExitCode run() {
        out().line(LINE);
        return ExitCode.OK;
    }
}
