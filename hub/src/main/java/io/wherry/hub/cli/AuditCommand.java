package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who did what, what was refused, and what was deployed where: with proofs. */
@picocli.CommandLine.Command(
        name = "audit",
        description = "List, export and verify the audit log.",
        subcommands = {AuditCommand.ListRecords.class, AuditCommand.Export.class, AuditVerifyCommand.class})
final class AuditCommand extends GroupCommand {

    /** What narrows a query. */
    static final class Filter {
        @Option(names = "--stream", paramLabel = "STREAM", description = "user, policy or sync.")
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

        @Option(
                names = "--since",
                paramLabel = "TIME",
                description = "From then on: 24h ago, a day (2026-11-28, UTC), or a time (2026-11-28T22:00:00Z).")
        private @Nullable String since;

        @Option(names = "--until", paramLabel = "TIME", description = "Before then; written as --since.")
        private @Nullable String until;

        Map<String, String> query(Instant now) {
            Map<String, String> query = new LinkedHashMap<>();
            put(query, "stream", stream);
            put(query, "commit", commit);
            put(query, "change", change);
            put(query, "object", object);
            put(
                    query,
                    "since",
                    since == null ? null : Moment.parse("--since", since, now).toString());
            put(
                    query,
                    "until",
                    until == null ? null : Moment.parse("--until", until, now).toString());
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
            format.among(Format.table, Format.json, Format.yaml);
            List<Json.Obj> records =
                    hub().list("/audit", filter.query(session().clock().instant()));
            if (format != Format.table) {
                out().items(records, format);
                return ExitCode.OK;
            }
            Table table = new Table(
                    List.of("NUMBER", "TIME", "STREAM", "ACTOR", "ACTION", "OBJECT", "OUTCOME", "REASON", "COMMIT"));
            records.forEach(record -> table.add(row(record)));
            out().table(table);
            return ExitCode.OK;
        }

        private static List<String> row(Json.Obj record) {
            List<String> row = new ArrayList<>();
            row.add(String.valueOf(record.integer("index")));
            for (String column : List.of("time", "stream", "actor", "action", "object", "outcome", "reason")) {
                row.add(record.findString(column).orElse(""));
            }
            String commit = record.findObject("sync")
                    .flatMap(facts -> facts.findString("commit"))
                    .orElse("");
            row.add(Words.commit(commit));
            return row;
        }
    }

    @picocli.CommandLine.Command(
            name = "export",
            description =
                    "Write records with what proves them: the trust roots, the signed checkpoint, the inclusion proofs.")
    static final class Export extends Command {
        @Mixin
        private Filter filter = new Filter();

        @Override
        ExitCode run() {
            try (var lines = new BufferedReader(new InputStreamReader(
                    hub().stream("/audit/export"
                            + HubApi.query(filter.query(session().clock().instant()))),
                    UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    out().raw(line);
                    if (out().readerIsGone()) {
                        return ExitCode.OK;
                    }
                }
            } catch (IOException e) {
                throw new CliException(
                        ExitCode.HUB_UNREACHABLE,
                        "the export broke off: " + Causes.words(e),
                        "what was written is not whole; call it again");
            }
            return ExitCode.OK;
        }
    }
}
