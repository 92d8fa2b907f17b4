package io.wherry.hub.cli;

import io.wherry.base.Causes;
import io.wherry.base.CountedInput;
import io.wherry.base.DurableFiles;
import io.wherry.base.ExitCode;
import io.wherry.base.ProgressLine;
import io.wherry.base.ShutdownHook;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Fetches a bundle file. It has its name only once it is whole and on the disk. */
@picocli.CommandLine.Command(
        name = "export",
        description =
                "Issue fresh assignments and write them, with all they need, into a bundle file; container images only if asked for.")
final class BundleExportCommand extends Command {
    @Option(
            names = "--agent",
            paramLabel = "NAME",
            description = "For this agent. May be given several times: each takes its own from the file.")
    private List<String> agents = new ArrayList<>();

    @Option(
            names = "--selector",
            paramLabel = "LABELS",
            description = "For all agents with these labels that have a stack, like site=antarctica.")
    private Optional<String> selector = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "Where to, for example NORTH.wherry.")
    private @Nullable Path file;

    @Option(
            names = "--valid-for",
            paramLabel = "TIME",
            description = "How long the site may begin what it brings: 1d to 400d (default: 30d).")
    private Optional<String> validFor = Optional.empty();

    @Option(
            names = "--include-images",
            description =
                    "Bring the container images too, from their registries or the hub's own engine, for the agent's platform. The hub fetches them with the credentials it has for these hosts.")
    private boolean images;

    @Option(
            names = "--since-receipts",
            description = "Leave out what runs at the site by its last receipts. Without it the file has everything.")
    private boolean lean;

    @Override
    ExitCode run() {
        if (agents.isEmpty() && selector.isEmpty()) {
            throw CliException.usage("for whom? (expected: --agent NAME or --selector LABELS)");
        }
        Path target = Objects.requireNonNull(file, "FILE").toAbsolutePath();
        Path folder = Objects.requireNonNull(target.getParent(), "folder");
        if (!Files.isDirectory(folder)) { // said before the hub issues anything
            throw new CliException(ExitCode.FAILED, target + " cannot be written: there is no folder " + folder, "");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw CliException.usage(
                    target + (Files.isDirectory(target) ? " is a folder (name a file in it)" : " is no plain file"));
        }
        Path part = DurableFiles.beside(target);
        Json.Obj body = Json.object()
                .put("agents", agents)
                .putIf("selector", selector)
                .putIf("validFor", validFor)
                .put("includeImages", images)
                .put("sinceReceipts", lean)
                .build();
        ProgressLine progress = out().working("the hub gathers what belongs into the file");
        AtomicLong bytes = new AtomicLong();
        try (ShutdownHook.Armed _ = ShutdownHook.during("export-tidy", () -> delete(part));
                InputStream in = new CountedInput(
                        hub().download("/bundle-files", body),
                        more -> progress.at("writing " + target.getFileName(), bytes.addAndGet(more), 0));
                // A hub that fails in the middle cannot say so any more: what comes is judged as any file is.
                BundleFile whole = BundleFile.receive(in, part)) {
            DurableFiles.move(part, target);
            progress.close();
            told(target, whole);
        } catch (BundleFileException e) {
            throw new CliException(
                    ExitCode.VERIFICATION_FAILED,
                    target + " was not written, for what the hub sent is not whole: " + e.getMessage(),
                    "the hub's log says what broke off, such as a registry that gave other content than it named; then export again");
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    target + " cannot be written, and what was there is as it was: " + Causes.words(e),
                    "");
        } finally {
            delete(part);
        }
        return ExitCode.OK;
    }

    private static void delete(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED, part + " cannot be deleted: " + Causes.words(e), "delete it by hand");
        }
    }

    private void told(Path target, BundleFile whole) throws IOException {
        List<String> names = whole.delivery()
                .documents(Delivery.ASSIGNMENT)
                .map(document -> document.annotation(Delivery.AGENT_NAME).orElse(""))
                .toList();
        out().line(target + ": " + names.size() + (names.size() == 1 ? " agent, " : " agents, ")
                + (Files.size(target) + 1023) / 1024 + " KiB");
        out().note("at the site: wherry-agent bundle apply " + target.getFileName());
    }
}
