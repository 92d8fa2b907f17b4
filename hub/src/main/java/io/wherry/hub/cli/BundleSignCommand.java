package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Signer;
import io.wherry.hub.token.TokenException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Signs releases with an approver's key, after showing all that they allow. Asks no hub, so it runs where no network is. */
@picocli.CommandLine.Command(
        name = "sign",
        description =
                "Show what the releases in a file allow, and sign them with an approver's key. Needs no hub and no network.")
final class BundleSignCommand extends Command {
    @Parameters(
            paramLabel = "FILE",
            description = "What wherry bundle export-unsigned wrote, perhaps signed by others already.")
    private @Nullable Path file;

    @ArgGroup(multiplicity = "1", exclusive = true)
    private @Nullable SigningOptions signing;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to (default: into FILE itself).")
    private Optional<Path> output = Optional.empty();

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Override
    ExitCode run() {
        Path path = Objects.requireNonNull(file, "FILE");
        ReleaseFile releases = ReleaseFile.read(path);
        Path target = output.orElse(path);
        try (SigningOptions.Key key = Objects.requireNonNull(signing, "KEY").open()) {
            sign(path, releases, key.signer()).write(target);
            out().line("signed with key " + key.signer().keyId() + ", written to " + target);
        }
        out().note("when enough have signed: wherry bundle submit " + target.getFileName());
        return ExitCode.OK;
    }

    private ReleaseFile sign(Path path, ReleaseFile releases, Signer signer) {
        releases.releases().forEach(release -> {
            ReleaseSummary.lines(release.release(), release.digest()).forEach(out()::line);
            out().line("signatures       " + release.signatures().size() + " so far");
            out().line("");
        });
        out().flush();
        if (!yes) {
            Confirm.orStop(session(), "this signs it with key " + signer.keyId());
        }
        List<ReleaseFile.Unsigned> signed = new ArrayList<>();
        try {
            for (ReleaseFile.Unsigned release : releases.releases()) {
                signed.add(signed(path, release, signer));
            }
        } catch (TokenException e) {
            throw SigningOptions.explained(e);
        }
        return new ReleaseFile(signed);
    }

    private static ReleaseFile.Unsigned signed(Path path, ReleaseFile.Unsigned release, Signer signer) {
        ReleaseFile.Unsigned signed = release.with(
                Envelope.sign(release.payload(), signer).signatures().getFirst());
        if (signed.signatures().size() > Limits.SIGNATURES) {
            throw new CliException(
                    ExitCode.BLOCKED,
                    path + ": has " + Limits.SIGNATURES + " signatures already, and no more are read",
                    "export it anew");
        }
        return signed;
    }
}
