package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Fetches what approvers have to sign. Trusts nothing of it: whoever signs looks at it again. */
@picocli.CommandLine.Command(
        name = "export-unsigned",
        description =
                "Write the releases of a stack that wait for approvers' signatures into a file to be signed, and show what they allow.")
final class BundleExportUnsignedCommand extends Command {
    @Option(names = "--stack", required = true, paramLabel = "NAME", description = "Whose releases.")
    private String stack = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to (default: NAME.release).")
    private Optional<Path> file = Optional.empty();

    @Override
    ExitCode run() {
        List<Json.Obj> items = hub().get(StackCommand.path(stack, "approvals")).objects("items");
        if (items.isEmpty()) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "stack " + stack + " has no release that waits for signatures",
                    "wherry describe stack " + stack);
        }
        ReleaseFile releases;
        try {
            releases = new ReleaseFile(items.stream()
                    .map(item -> ReleaseFile.Unsigned.parse(item.object("envelope")))
                    .toList());
        } catch (JsonException | IllegalArgumentException e) {
            throw new CliException(
                    ExitCode.FAILED, "the hub's releases cannot be read: " + e.getMessage(), "is it of this version?");
        }
        Path target = file.orElseGet(() -> Path.of(stack + ".release"));
        releases.write(target);
        for (int i = 0; i < items.size(); i++) {
            ReleaseFile.Unsigned release = releases.releases().get(i);
            ReleaseSummary.lines(release.release(), release.digest()).forEach(out()::line);
            out().line("signatures       " + release.signatures().size() + " of "
                    + items.get(i).integer("threshold"));
            out().line("");
        }
        out().line("written to " + target);
        out().note("each approver, where the key is: wherry bundle sign " + target.getFileName() + " --key KEY.pem");
        return ExitCode.OK;
    }
}
