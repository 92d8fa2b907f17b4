package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The hubs this person knows. */
@picocli.CommandLine.Command(
        name = "context",
        description = "List, choose and forget hubs.",
        subcommands = {ContextCommand.ListContexts.class, ContextCommand.Use.class})
final class ContextCommand extends GroupCommand {

    /** {@code wherry context list}. */
    @picocli.CommandLine.Command(name = "list", description = "List the hubs that were logged in to.")
    static final class ListContexts extends Command {
        @Option(names = "-o", paramLabel = "FORMAT", description = "table, name, json or yaml.")
        private Format format = Format.table;

        @Override
        ExitCode run() {
            format.among(Format.table, Format.name, Format.json, Format.yaml);
            Contexts contexts = session().contexts();
            if (format == Format.name) {
                contexts.all().forEach(c -> out().line(c.name()));
                return ExitCode.OK;
            }
            if (format != Format.table) {
                out().items(
                                contexts.all().stream()
                                        .map(c -> Json.object()
                                                .put("name", c.name())
                                                .put("server", c.server())
                                                .put("current", c.name().equals(contexts.current()))
                                                .build())
                                        .toList(),
                                format);
                return ExitCode.OK;
            }
            Table table = new Table(List.of("CURRENT", "NAME", "SERVER"));
            contexts.all()
                    .forEach(c ->
                            table.add(List.of(c.name().equals(contexts.current()) ? "*" : "", c.name(), c.server())));
            out().table(table);
            return ExitCode.OK;
        }
    }

    /** {@code wherry context use NAME}. */
    @picocli.CommandLine.Command(name = "use", description = "Make a context the current one.")
    static final class Use extends Command {
        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Override
        ExitCode run() {
            Contexts contexts = session().contexts();
            contexts.use(name);
            contexts.save();
            return ExitCode.OK;
        }
    }
}
