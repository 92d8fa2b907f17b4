package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Hands signed releases in. The hub judges each signature, and offers what has enough of them. */
@picocli.CommandLine.Command(
        name = "submit",
        description =
                "Bring signed releases to the hub; it offers each as soon as enough approvers have signed it. Doing it twice is harmless.")
final class BundleSubmitCommand extends Command {
    @Parameters(paramLabel = "FILE", description = "What wherry bundle sign wrote.")
    private @Nullable Path file;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in the audit log.")
    private Optional<String> reason = Optional.empty();

    @Option(
            names = "--change",
            paramLabel = "ID",
            description = "The change record this belongs to; kept in the audit log.")
    private Optional<String> change = Optional.empty();

    @Override
    ExitCode run() {
        Path path = Objects.requireNonNull(file, "FILE");
        ReleaseFile releases = ReleaseFile.read(path);
        for (ReleaseFile.Unsigned release : releases.releases()) {
            if (release.signatures().isEmpty()) {
                throw new CliException(
                        ExitCode.BLOCKED,
                        path + ": release " + release.release().counter() + " is signed by nobody",
                        "wherry bundle sign " + path + " --key KEY.pem");
            }
        }
        HubApi hub = hub();
        for (ReleaseFile.Unsigned release : releases.releases()) {
            Json.Obj answer = hub.post(
                    StackCommand.path(releases.stack(), "approvals"),
                    Json.object()
                            .put(
                                    "envelope",
                                    Base64.getEncoder()
                                            .encodeToString(release.envelope().toJson()))
                            .putIf("reason", reason)
                            .putIf("change", change)
                            .build());
            out().line("stack/" + releases.stack() + " release " + answer.integer("counter") + ": "
                    + answer.integer("signatures") + " of " + answer.integer("threshold") + " signatures"
                    + (answer.bool("released") ? "; may run now" : "; waits for more"));
        }
        return ExitCode.OK;
    }
}
