package io.wherry.hub.cli;

/** What goes to and comes from sites without a network. */
@picocli.CommandLine.Command(
        name = "bundle",
        description = "Carry to sites by file, and bring their receipts home; sign what approvers have to sign.",
        subcommands = {
            BundleExportCommand.class,
            BundleInspectCommand.class,
            BundleImportReceiptsCommand.class,
            BundleExportUnsignedCommand.class,
            BundlePublicKeyCommand.class,
            BundleSignCommand.class,
            BundleSubmitCommand.class
        })
final class BundleCommand extends GroupCommand {}
