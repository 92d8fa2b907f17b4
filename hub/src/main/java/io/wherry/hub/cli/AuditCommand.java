package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import io.wherry.hub.audit.AuditExport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who did what, what was refused, and what was deployed where: with proofs. */
@picocli.CommandLine.Command(
        name = "audit",
        description = "List, export and verify the audit log.",
        subcommands = {AuditCommand.ListRecords.class, AuditCommand.Export.class, AuditCommand.Verify.class})
final class AuditCommand extends GroupCommand {

    /** What narrows a query. */
    static final class Filter {
        @Option(names = "--stream", paramLabel = "S", description = "user, policy or sync.")
        private @Nullable String stream;

        @Option(names = "--commit", paramLabel = "SHA", description = "Records of deployments of this commit.")
        private @Nullable String commit;

        @Option(
                names = "--change",
                paramLabel = "ID",
                description = "Records that carry this change key, like SHOP-123.")
        private @Nullable String change;

        @Option(names = "--object", paramLabel = "KIND/NAME", description = "Records about this object.")
        private @Nullable String object;

        Map<String, String> query() {
            Map<String, String> query = new LinkedHashMap<>();
            put(query, "stream", stream);
            put(query, "commit", commit);
            put(query, "change", change);
            put(query, "object", object);
            return query;
        }

        private static void put(Map<String, String> query, String key, @Nullable String value) {
            if (value != null) {
                query.put(key, value);
            }
        }
    }

    @picocli.CommandLine.Command(name = "list", description = "List audit records, oldest first.")
    static final class ListRecords extends Command {
        @Mixin
        private Filter filter = new Filter();

        @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
        private Format format = Format.table;

        @Override
        ExitCode run() {
            var records = hub().list("/audit", filter.query());
            if (format == Format.json || format == Format.yaml) {
                out().structured(new Json.Arr(new java.util.ArrayList<>(records)), format);
                return ExitCode.OK;
            }
            Table table = new Table(
                    java.util.List.of("NUMBER", "TIME", "STREAM", "ACTOR", "ACTION", "OBJECT", "OUTCOME", "COMMIT"));
            for (Json.Obj record : records) {
                table.add(java.util.List.of(
                        String.valueOf(record.integer("index")),
                        record.string("time"),
                        record.string("stream"),
                        record.findString("actor").orElse(""),
                        record.string("action"),
                        record.findString("object").orElse(""),
                        record.findString("outcome").orElse(""),
                        record.findString("commit")
                                .map(c -> c.substring(0, Math.min(10, c.length())))
                                .orElse("")));
            }
            out().table(table);
            return ExitCode.OK;
        }
    }

    @picocli.CommandLine.Command(
            name = "export",
            description = "Write records with their inclusion proofs and the signed checkpoint.")
    static final class Export extends Command {
        @Mixin
        private Filter filter = new Filter();

        @Override
        ExitCode run() {
            try (InputStream lines = hub().stream("/audit/export" + HubApi.query(filter.query()))) {
                var reader = new java.io.BufferedReader(
                        new java.io.InputStreamReader(lines, java.nio.charset.StandardCharsets.UTF_8));
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    out().line(line);
                }
            } catch (IOException e) {
                throw new CliException(
                        ExitCode.HUB_UNREACHABLE, "the export broke off: " + e.getMessage(), "call it again");
            }
            return ExitCode.OK;
        }
    }

    @picocli.CommandLine.Command(
            name = "verify",
            description = "Check an export offline: every record is in the log the checkpoint signs.")
    static final class Verify extends Command {
        @Parameters(paramLabel = "FILE", description = "What wherry audit export wrote.")
        private @Nullable Path file;

        @Option(
                names = "--log-key",
                required = true,
                paramLabel = "FILE",
                description = "The log's public key in PEM (DIR/log.pub of the hub).")
        private @Nullable Path key;

        @Override
        ExitCode run() {
            Path export = java.util.Objects.requireNonNull(file, "file");
            if (!Files.exists(export)) {
                throw new CliException(ExitCode.FAILED, export + " does not exist", "");
            }
            return verify(export, Input.text(java.util.Objects.requireNonNull(key, "key")));
        }

        private ExitCode verify(Path export, String publicKey) {
            throw new CliException(ExitCode.FAILED, "" + export + publicKey + AuditExport.class, "");
        }
    }
}
