package io.wherry.hub.cli;

import io.wherry.hub.transfer.Access;
import io.wherry.hub.transfer.Logins;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How the servers on either side of a transfer are reached. */
final class TransferAccess {
    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description =
                    "Logins of Git servers and registries by host, as podman login --authfile FILE writes them; mode 0600.")
    private Optional<Path> credentials = Optional.empty();

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "The authorities (PEM) of these servers; they alone are believed then.")
    private Optional<Path> caFile = Optional.empty();

    /** Reads the logins. @throws io.wherry.hub.transfer.TransferException if they are not what they should be */
    Access open() {
        return new Access(Logins.read(credentials), caFile);
    }
}
