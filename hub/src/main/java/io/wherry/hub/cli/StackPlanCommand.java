package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What each target would have created, changed (field by field) and removed, before anything is deployed. */
@picocli.CommandLine.Command(
        name = "plan",
        description = "Show what would change at each target, from its last reported state.")
final class StackPlanCommand extends Command {
    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml);
        Json.Obj plan = hub().get(StackCommand.path(name, "plan"));
        if (format != Format.table) {
            out().structured(plan, format);
            return ExitCode.OK;
        }
        out().line("stack/" + name + " at " + plan.findString("revision").orElse("(no revision)"));
        plan.strings("notes").forEach(out()::line);
        for (Json.Obj target : plan.objects("targets")) {
            out().line("");
            out().line("agent/" + target.string("agent") + ": " + target.string("summary")
                    + target.findString("asOf")
                            .map(t -> " (as of " + new Words(session().clock()).ago(t) + ")")
                            .orElse(""));
            target.strings("problems").forEach(p -> out().line("  ✘ " + p));
            target.objects("changes").forEach(this::print);
            target.strings("notes").forEach(n -> out().line("  ! " + n));
        }
        return ExitCode.OK;
    }

    private void print(Json.Obj change) {
        String sign =
                switch (change.string("action")) {
                    case "create" -> "+";
                    case "remove" -> "-";
                    default -> "~";
                };
        out().line("  " + sign + " " + change.string("object"));
        change.objects("fields").forEach(field -> out().line("      " + field.string("field") + ": "
                + field.findString("from").orElse("(none)") + " -> "
                + field.findString("to").orElse("(none)")));
    }
}
