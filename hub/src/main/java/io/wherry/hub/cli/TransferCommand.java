package io.wherry.hub.cli;

import io.wherry.hub.transfer.TransferException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** What goes to a hub in a closed network: its sources and images. */
@picocli.CommandLine.Command(
        name = "transfer",
        description = "Carry repositories, images and files to a closed network in one signed file; needs no hub.",
        subcommands = {TransferExportCommand.class, TransferImportCommand.class, TransferInspectCommand.class})
final class TransferCommand extends GroupCommand {

    /** Turns what stops a transfer into what stops a command. */
    static <T> T explained(Supplier<T> work) {
        JGitThreads.silence();
        try {
            return work.get();
        } catch (TransferException e) {
            throw new CliException(e.exit(), String.valueOf(e.getMessage()), e.hint());
        }
    }

    static String size(long bytes) {
        return (bytes + 1023) / 1024 + " KiB";
    }

    static String named(Path file) {
        return String.valueOf(file.getFileName());
    }
}
