package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.base.ExitCode;
import io.wherry.contract.PublicKeyId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What goes to the hub's administrator when an approver is named. */
@picocli.CommandLine.Command(
        name = "public-key",
        description =
                "Print the public half of an approver's key, as wherry-hub keys approvers reads it. Needs no hub and no network.")
final class BundlePublicKeyCommand extends Command {
    @ArgGroup(multiplicity = "1", exclusive = true)
    private @Nullable SigningOptions signing;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to (default: standard output).")
    private Optional<Path> output = Optional.empty();

    @Override
    ExitCode run() {
        try (SigningOptions.Key key = Objects.requireNonNull(signing, "KEY").open()) {
            String pem = "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(key.publicKey().getEncoded())
                    + "\n-----END PUBLIC KEY-----";
            output.ifPresentOrElse(file -> write(file, pem + "\n"), () -> out().line(pem));
            out().note("key " + PublicKeyId.of(key.publicKey()) + "; on the hub: wherry-hub keys approvers --key "
                    + output.map(TransferCommand::named).orElse("FILE"));
        }
        return ExitCode.OK;
    }

    private static void write(Path file, String pem) {
        try {
            DurableFiles.writeReadable(file.toAbsolutePath(), pem.getBytes(US_ASCII));
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, file + " cannot be written: " + Causes.words(e), "");
        }
    }
}
