package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.Checkpoint;
import io.wherry.contract.Digest;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.verify.RootChain;
import io.wherry.contract.verify.Roots;
import io.wherry.hub.audit.AuditExport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Checks an export without asking the hub that wrote it: the trust roots lead from the trust domain, which the person brings, to the key
 * that signed the checkpoint; each record is in the log under it.
 */
@picocli.CommandLine.Command(
        name = "verify",
        description = "Check an export offline: every record is in the log that the hub signed; exit 8 if not.")
final class AuditVerifyCommand extends Command {
    @Parameters(paramLabel = "FILE", description = "What wherry audit export wrote.")
    private @Nullable Path file;

    @Option(
            names = "--root",
            paramLabel = "sha256:…",
            description =
                    "The trust domain: digest of trust root version 1 (default: the context's, as seen at login).")
    private @Nullable String root;

    @Override
    ExitCode run() {
        Path export = java.util.Objects.requireNonNull(file, "FILE");
        Digest trustDomain = trustDomain();
        try (BufferedReader lines = Files.newBufferedReader(export, StandardCharsets.UTF_8)) {
            return verify(export, lines, trustDomain);
        } catch (NoSuchFileException e) {
            throw new CliException(ExitCode.NOT_FOUND, export + " does not exist", "");
        } catch (UncheckedIOException e) {
            throw unreadable(export, java.util.Objects.requireNonNull(e.getCause(), "cause"));
        } catch (IOException e) {
            throw unreadable(export, e);
        }
    }

    private static CliException unreadable(Path export, IOException e) {
        return e instanceof MalformedInputException
                ? new CliException(ExitCode.VERIFICATION_FAILED, export + ": not UTF-8, so no export", "")
                : new CliException(ExitCode.FAILED, export + " cannot be read: " + e.getMessage(), "");
    }

    private Digest trustDomain() {
        if (root == null) {
            return chosenContext()
                    .trustDomain()
                    .map(Digest::parse)
                    .orElseThrow(() -> CliException.usage(
                            "whose log? The context does not know its trust domain (expected: --root sha256:…)"));
        }
        try {
            return Digest.parse(root);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--root: " + e.getMessage());
        }
    }

    @SuppressWarnings("StreamToIterable") // read once, line by line: an export may be larger than the memory
    private ExitCode verify(Path export, BufferedReader lines, Digest trustDomain) throws IOException {
        TrustRoot trusted = trusted(export, lines.readLine(), trustDomain);
        return switch (AuditExport.verify(lines.lines()::iterator, trustDomain, trusted)) {
            case AuditExport.Verdict.Genuine(Checkpoint checkpoint, long records) -> {
                out().line("✔ " + records + " records, all in the log of " + checkpoint.size() + " that "
                        + checkpoint.origin() + " signed at " + checkpoint.time());
                yield ExitCode.OK;
            }
            // Its lines are counted from the second of the file: the first is the roots'.
            case AuditExport.Verdict.Broken(long line, String detail) -> throw broken(export, line + 1, detail);
        };
    }

    private static TrustRoot trusted(Path export, @Nullable String first, Digest trustDomain) {
        if (first == null) {
            throw broken(export, 1, "the file is empty (expected: the trust roots, a checkpoint and records)");
        }
        return switch (RootChain.extend(Optional.empty(), trustDomain, envelopes(export, first))) {
            case Roots.Trusted(TrustRoot newest, Digest domain) -> newest;
            case Roots.Refused refused ->
                throw broken(
                        export, 1, refused.detail() + " [" + refused.reason().code() + "]");
        };
    }

    private static List<byte[]> envelopes(Path export, String line) {
        try {
            Json.Obj roots = JsonReader.object(line.getBytes(StandardCharsets.UTF_8));
            if (!roots.string("type").equals("roots")) {
                throw broken(export, 1, "type: " + roots.string("type") + " (expected: roots)");
            }
            List<byte[]> envelopes = new ArrayList<>();
            roots.strings("envelopes")
                    .forEach(text -> envelopes.add(Base64.getDecoder().decode(text)));
            return envelopes;
        } catch (JsonException | IllegalArgumentException e) {
            throw broken(export, 1, "not how an export of the audit log begins: " + e.getMessage());
        }
    }

    private static CliException broken(Path export, long line, String detail) {
        return new CliException(
                ExitCode.VERIFICATION_FAILED,
                export + ":" + line + ": " + detail,
                "do not rely on this file; export it anew and compare");
    }
}
