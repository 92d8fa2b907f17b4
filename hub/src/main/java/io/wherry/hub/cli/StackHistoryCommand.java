package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The revisions a stack had, newest first. */
@picocli.CommandLine.Command(
        name = "history",
        description = "Show the stack's revisions: commit, author, time, outcome.")
final class StackHistoryCommand extends Command {
    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml);
        List<Json.Obj> revisions = hub().get(StackCommand.path(name, "history")).objects("items");
        if (format != Format.table) {
            out().items(revisions, format);
            return ExitCode.OK;
        }
        boolean signed = revisions.stream()
                .anyMatch(revision -> revision.findString("signature").isPresent());
        List<String> columns =
                new ArrayList<>(List.of("REVISION", "COMMIT", "AUTHOR", "WHEN", "CAUSE", "OUTCOME", "SUBJECT"));
        if (signed) {
            columns.add(columns.size() - 1, "SIGNED BY");
        }
        Table table = new Table(columns);
        Words words = new Words(session().clock());
        for (Json.Obj revision : revisions) {
            List<String> cells = new ArrayList<>(List.of(
                    String.valueOf(revision.integer("revision")),
                    Words.commit(revision.findString("commit").orElse("")),
                    revision.findString("author").orElse(""),
                    words.ago(revision.findString("time").orElse("")),
                    revision.findString("state").orElse(""),
                    revision.findString("outcome").orElse(""),
                    revision.findString("subject").orElse("")));
            if (signed) {
                cells.add(cells.size() - 1, revision.findString("signature").orElse(""));
            }
            table.add(cells);
        }
        out().table(table);
        return ExitCode.OK;
    }
}
