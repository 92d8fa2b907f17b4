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
        List<Json.Obj> revisions = hub().get(StackCommand.path(name, "history")).objects("items");
        if (format == Format.json || format == Format.yaml) {
            out().structured(new Json.Arr(new ArrayList<>(revisions)), format);
            return ExitCode.OK;
        }
        Table table = new Table(List.of("REVISION", "COMMIT", "AUTHOR", "WHEN", "STATE", "OUTCOME", "SUBJECT"));
        Words words = new Words(session().clock());
        for (Json.Obj revision : revisions) {
            String commit = revision.findString("commit").orElse("");
            table.add(List.of(
                    String.valueOf(revision.integer("revision")),
                    commit.substring(0, Math.min(10, commit.length())),
                    revision.findString("author").orElse(""),
                    words.ago(revision.findString("time").orElse("")),
                    revision.findString("state").orElse(""),
                    revision.findString("outcome").orElse(""),
                    revision.findString("subject").orElse("")));
        }
        out().table(table);
        return ExitCode.OK;
    }
}
