package io.wherry.hub.cli;

/** Writes back as files what is there. */
@picocli.CommandLine.Command(
        name = "export",
        description = "Write back as files what runs at a site, or all that was declared.",
        subcommands = {ExportStackCommand.class, ExportAllCommand.class})
final class ExportCommand extends GroupCommand {}
