package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.base.ProgressLine;
import io.wherry.contract.TransferList;
import io.wherry.hub.registry.Platform;
import io.wherry.hub.transfer.ExportRequest;
import io.wherry.hub.transfer.KeyFiles;
import io.wherry.hub.transfer.TransferExport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a transfer file. It has its name only once it was read back whole. */
@picocli.CommandLine.Command(
        name = "export",
        description = "Write Git repositories, container images and files into one signed file. Needs no hub.")
final class TransferExportCommand extends Command {
    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "Where to, for example MONDAY.transfer.")
    private @Nullable Path file;

    @Option(
            names = "--key",
            required = true,
            paramLabel = "KEY.pem",
            description = "The P-256 key that signs the list of digests: PKCS#8 in PEM, mode 0600.")
    private @Nullable Path key;

    @Option(
            names = "--repo",
            paramLabel = "[NAME=]PLACE[@REF,…]",
            description = "A Git repository, by https URL or folder; these branches and tags, or all. May be repeated.")
    private List<String> repositories = new ArrayList<>();

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description = "A container image, by tag or digest, from its registry. May be repeated.")
    private List<String> images = new ArrayList<>();

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH",
            description =
                    "Of images for several platforms bring this one alone, like linux/arm64 (default: all, under the same digest).")
    private Optional<String> platform = Optional.empty();

    @Option(
            names = "--file",
            paramLabel = "PATH",
            description = "Any other single file, for example a Helm chart as .tgz. May be repeated.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--since",
            paramLabel = "FILE",
            description = "Leave out the commits and blobs that this earlier transfer file of the same key brought.")
    private Optional<Path> since = Optional.empty();

    @Mixin
    private TransferAccess access = new TransferAccess();

    @Override
    ExitCode run() {
        Path target = Objects.requireNonNull(file, "FILE");
        if (platform.isPresent() && images.isEmpty()) {
            throw CliException.usage("--platform: chooses of images, and no --image is named");
        }
        ProgressLine progress = out().working();
        TransferList list = TransferCommand.explained(() -> {
            var signer = KeyFiles.signing(Objects.requireNonNull(key, "KEY"));
            ExportRequest request =
                    new ExportRequest(repositories, images, platform.map(Platform::parse), files, since);
            return new TransferExport(access.open(), signer, session().clock(), progress).write(request, target);
        });
        progress.close();
        long bytes = list.contents().stream()
                .mapToLong(TransferList.Content::sizeBytes)
                .sum();
        out().line(target + ": " + counted(list.repositories().size(), "repository", "repositories") + ", "
                + counted(list.images().size(), "image", "images") + ", "
                + counted(list.files().size(), "file", "files") + ", " + TransferCommand.size(bytes));
        out().note("inside: wherry transfer import " + TransferCommand.named(target) + " --public-key KEY.pub.pem");
        return ExitCode.OK;
    }

    private static String counted(int count, String one, String several) {
        return count + " " + (count == 1 ? one : several);
    }
}
