package io.wherry.hub.cli;

/** Writes back as files what is there. */
@picocli.CommandLine.Command(
        name = "export",
        description = "Write what runs at a site back as a file.",
        subcommands = ExportStackCommand.class)
final class ExportCommand extends GroupCommand {}
