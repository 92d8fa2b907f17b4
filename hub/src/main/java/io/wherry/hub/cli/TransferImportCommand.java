package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.base.ProgressLine;
import io.wherry.hub.transfer.ImportRequest;
import io.wherry.hub.transfer.Item;
import io.wherry.hub.transfer.KeyFiles;
import io.wherry.hub.transfer.TransferFile;
import io.wherry.hub.transfer.TransferImport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives what a transfer file brings to the servers inside. */
@picocli.CommandLine.Command(
        name = "import",
        description =
                "Verify a transfer file, then push what it brings to the Git servers and the registry inside. Needs no hub; may be repeated.")
final class TransferImportCommand extends Command {
    @Parameters(paramLabel = "FILE", description = "What wherry transfer export wrote.")
    private @Nullable Path file;

    @Option(
            names = "--public-key",
            required = true,
            paramLabel = "KEY.pub.pem",
            description = "The public half of the key that must have signed it, in PEM.")
    private @Nullable Path publicKey;

    @Option(
            names = "--repo-target",
            paramLabel = "NAME=PLACE",
            description =
                    "Where a repository of the file goes: an https URL, or a folder, which is made if it is not there. May be repeated.")
    private Map<String, String> repositories = new TreeMap<>();

    @Option(
            names = "--registry",
            paramLabel = "HOST[:PORT]",
            description = "Where the images go, under the paths and tags that they have outside.")
    private Optional<String> registry = Optional.empty();

    @Option(names = "--files", paramLabel = "DIR", description = "Where the files go.")
    private Optional<Path> files = Optional.empty();

    @Option(
            names = "--force",
            paramLabel = "NAME@REF",
            description =
                    "Let this ref of this repository lose what it has inside, like shop@refs/heads/main; or a file, by its name. May be repeated.")
    private Set<String> force = new TreeSet<>();

    @Option(
            names = "--dry-run",
            description = "Verify, look at every target, say what would be done, and write nothing.")
    private boolean dryRun;

    @Mixin
    private TransferAccess access = new TransferAccess();

    @Override
    ExitCode run() {
        return TransferCommand.explained(() -> {
            var key = KeyFiles.verifying(Objects.requireNonNull(publicKey, "KEY"));
            ImportRequest request = new ImportRequest(repositories, registry, files, force);
            ProgressLine progress = out().working("verifying " + file);
            try (TransferFile opened = TransferFile.open(Objects.requireNonNull(file, "FILE"), Optional.of(key));
                    TransferImport transfer = TransferImport.of(
                            opened, request, access.open(), session().clock())) {
                return carried(transfer, progress);
            }
        });
    }

    private ExitCode carried(TransferImport transfer, ProgressLine progress) {
        List<Item> items = transfer.look(progress);
        if (dryRun || items.stream().anyMatch(item -> item.change() == Item.Change.REFUSED)) {
            progress.close();
            items.forEach(this::told);
            return judged(items);
        }
        transfer.carryOut(progress);
        progress.close();
        items.forEach(this::told);
        if (items.stream().noneMatch(TransferImportCommand::isWork)) {
            out().note("nothing to do: all of it is there already");
        }
        return ExitCode.OK;
    }

    private ExitCode judged(List<Item> items) {
        if (items.stream().anyMatch(item -> item.change() == Item.Change.REFUSED)) {
            throw new CliException(
                    ExitCode.BLOCKED,
                    "something would be lost or is lacking, so nothing was imported",
                    "see the lines that say refused");
        }
        out().note("dry run: nothing was written");
        return ExitCode.OK;
    }

    private static boolean isWork(Item item) {
        return item.change() != Item.Change.UNCHANGED && item.change() != Item.Change.SKIPPED;
    }

    private void told(Item item) {
        out().line(item.thing() + " " + item.change() + (item.detail().isEmpty() ? "" : " (" + item.detail() + ")"));
    }
}
