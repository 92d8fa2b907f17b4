package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.base.ProgressLine;
import io.wherry.contract.json.Json;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What each target would have created, changed (field by field) and removed, before anything is deployed. */
@picocli.CommandLine.Command(
        name = "plan",
        description =
                "Show what would change at each target: at a cluster as its agent finds it now, else against what it was last offered.")
final class StackPlanCommand extends Command {
    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "--agent", paramLabel = "NAME", description = "At this one alone.")
    private Optional<String> agent = Optional.empty();

    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml);
        ProgressLine asked = out().working("planning; sites are asked where only they know");
        Json.Obj plan = hub().get(StackCommand.path(name, "plan")
                + HubApi.query(agent.map(one -> Map.of("agent", one)).orElse(Map.of())));
        asked.close();
        if (format != Format.table) {
            out().structured(plan, format);
            return ExitCode.OK;
        }
        out().line("stack/" + name + " at " + plan.findString("revision").orElse("(no revision)"));
        plan.strings("notes").forEach(out()::line);
        plan.findString("awaited").ifPresent(awaited -> out().line(
                        "to approve it: wherry approval approve " + name + " --plan " + awaited));
        for (Json.Obj target : plan.objects("targets")) {
            out().line("");
            out().line("agent/" + target.string("agent") + ": " + target.string("summary")
                    + target.findString("asOf")
                            .map(t -> " (as of " + new Words(session().clock()).ago(t) + ")")
                            .orElse(""));
            target.strings("problems").forEach(p -> out().line("  ✘ " + p));
            target.findObject("site")
                    .ifPresentOrElse(this::site, () -> target.objects("changes").forEach(this::print));
            target.strings("notes").forEach(n -> out().line("  ! " + n));
        }
        return ExitCode.OK;
    }

    /** Object by object, as kubectl diff does. */
    private void site(Json.Obj site) {
        out().line("  as the cluster is " + new Words(session().clock()).ago(site.string("asOf")) + ":"
                + (site.objects("objects").isEmpty() && site.strings("notes").isEmpty() ? " nothing changes" : ""));
        site.strings("notes").forEach(note -> out().line("  ✘ " + note));
        for (Json.Obj object : site.objects("objects")) {
            String action = object.string("action");
            String sign =
                    switch (action) {
                        case "Created" -> "+ ";
                        case "Deleted" -> "- ";
                        case "Replaced" -> "-+ ";
                        case "Left" -> "  ";
                        default -> "~ ";
                    };
            String note = object.string("note");
            out().line("  " + sign + object.string("object") + (note.isEmpty() ? "" : ": " + note));
            object.strings("diff").forEach(line -> out().line("      " + line));
        }
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
