package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Hands signed releases in. The hub judges each signature, and offers what has enough of them. */
@picocli.CommandLine.Command(
        name = "submit",
        description =
                "Bring signed releases to the hub; it offers each as soon as enough approvers have signed it. Doing it twice is harmless.")
final class BundleSubmitCommand extends Command {
    @Parameters(paramLabel = "FILE", description = "What wherry bundle sign wrote.")
    private @Nullable Path file;

    @Mixin
    private ActOptions act = new ActOptions();

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
                    act.addTo(Json.object()
                                    .put(
                                            "envelope",
                                            Base64.getEncoder()
                                                    .encodeToString(
                                                            release.envelope().toJson())))
                            .build());
            out().line("stack/" + releases.stack() + " release " + answer.integer("counter") + ": "
                    + answer.integer("signatures") + " of " + answer.integer("threshold") + " signatures"
                    + (answer.bool("released") ? "; may run now" : "; waits for more"));
        }
        return ExitCode.OK;
    }
}
