package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** {@code wherry NOUN list}: the same as {@code wherry get NOUNs}, where people look for it beside create and revoke. */
abstract class ListCommand extends Command {
    @Option(names = "-o", paramLabel = "FORMAT", description = "table, wide, json, yaml or name.")
    private Format format = Format.table;

    abstract Kind kind();

    @Override
    final ExitCode run() {
        List<Json.Obj> items = hub().list(kind().path(), Map.of());
        switch (format) {
            case json, yaml -> out().items(items, format);
            case name -> items.forEach(item -> out().line(kind().singular() + "/" + kind().nameOf(item)));
            case tree -> throw CliException.usage("-o tree is for stacks: wherry get stack NAME -o tree");
            case table, wide -> {
                Table table = kind().table(format == Format.wide);
                Words words = new Words(session().clock());
                items.forEach(item -> table.add(kind().row(item, format == Format.wide, words)));
                out().table(table);
            }
        }
        return ExitCode.OK;
    }
}
