package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.base.ExitCode;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.JoinFile;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a device in that no network joins to its hub. */
@picocli.CommandLine.Command(
        name = "admit",
        description = "Take the request file of wherry-agent join --request-file, and write the identity file for it.",
        footer = {
            "",
            "Doing it again gives the same identity. The request holds the join token's secret: delete it then."
        })
final class AgentAdmitCommand extends Command {
    @Parameters(paramLabel = "FILE", description = "The request file from the site.")
    private @Nullable Path file;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "Where to, for example NORTH.identity.")
    private @Nullable Path output;

    @Override
    ExitCode run() {
        Path request = Objects.requireNonNull(file, "FILE");
        Path identity = Objects.requireNonNull(output, "output");
        String text = text(request);
        Json.Obj answer =
                hub().post("/join-requests", Json.object().put("request", text).build());
        String agent = answer.string("agent");
        if (answer.string("state").equals("waiting")) {
            out().line("agent/" + agent + " waits for approval, with fingerprint " + answer.string("fingerprint"));
            out().note("compare it with the one that the site shows, then: wherry agent approve " + agent
                    + " --fingerprint " + answer.string("fingerprint") + "; then run this command again");
            return ExitCode.BLOCKED;
        }
        try {
            DurableFiles.writeReadable(identity, answer.string("identity").getBytes(UTF_8));
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    identity + " cannot be written: " + Causes.words(e),
                    "run the command again with another -o");
        }
        out().line("agent/" + agent + " admitted: " + identity);
        out().note("at the site: wherry-agent join --token-file FILE --identity-file " + identity.getFileName()
                + " --root ROOT");
        return ExitCode.OK;
    }

    /** Looked at here, so that a wrong file is not sent anywhere. */
    private static String text(Path file) {
        try {
            if (Files.size(file) > JoinFile.MAX_CHARS) {
                throw FileOnDisk.damaged(file, new BundleFileException("is too large for a request to join"));
            }
            String text = Files.readString(file);
            JoinFile.read(JoinFile.Kind.REQUEST, text);
            return text;
        } catch (BundleFileException e) {
            throw FileOnDisk.damaged(file, e);
        } catch (IOException e) {
            throw FileOnDisk.unreadable(file, e);
        }
    }
}
