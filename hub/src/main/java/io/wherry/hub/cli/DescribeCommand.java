package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Parameters;

/** One object in full: what was asked for, what is, why, and what happened to it last. */
@picocli.CommandLine.Command(
        name = "describe",
        description = "Show one object in full, with its conditions and latest events.")
final class DescribeCommand extends Command {
    /** Events shown: what fits on a screen beside the rest. */
    private static final int EVENTS = 12;

    @Parameters(index = "0", paramLabel = "KIND")
    private String kind = "";

    @Parameters(index = "1", paramLabel = "NAME")
    private String name = "";

    @Override
    ExitCode run() {
        Kind asked = Kind.parse(kind);
        HubApi hub = hub();
        Json.Obj item = asked.find(hub, name);
        Map<String, Json> shown = new LinkedHashMap<>(item.fields());
        shown.remove("apiVersion");
        Json.Obj status = item.findObject("status").orElse(Json.object().build());
        Map<String, Json> rest = new LinkedHashMap<>(status.fields());
        rest.remove("conditions");
        rest.remove("agents");
        shown.put("status", new Json.Obj(new LinkedHashMap<>(rest)));
        out().yaml(new Json.Obj(new LinkedHashMap<>(shown)));
        conditions(status);
        agents(status);
        differences(status);
        gaps(status);
        events(hub, asked);
        return ExitCode.OK;
    }

    private void conditions(Json.Obj status) {
        if (status.objects("conditions").isEmpty()) {
            return;
        }
        Table table = new Table(List.of("CONDITION", "STATUS", "REASON", "SINCE", "MESSAGE"));
        Words words = new Words(session().clock());
        status.objects("conditions")
                .forEach(c -> table.add(List.of(
                        c.string("type"),
                        c.string("status"),
                        c.findString("reason").orElse(""),
                        words.ago(c.findString("lastTransitionTime").orElse("")),
                        c.findString("message").orElse(""))));
        out().line("");
        out().table(table);
    }

    private void agents(Json.Obj status) {
        if (status.objects("agents").isEmpty()) {
            return;
        }
        Table table = new Table(List.of("AGENT", "STATUS", "REVISION", "AS OF", "NOTES", "MESSAGE"));
        Words words = new Words(session().clock());
        status.objects("agents")
                .forEach(a -> table.add(List.of(
                        a.string("agent"),
                        words.status(a),
                        a.find("revision").isPresent() ? String.valueOf(a.integer("revision")) : "",
                        words.ago(a.findString("asOf").orElse("")),
                        String.join(", ", a.strings("notes")),
                        a.findString("message").orElse(""))));
        out().line("");
        out().table(table);
    }

    private void differences(Json.Obj status) {
        Table table = new Table(List.of("DIFFERS AT", "OBJECT", "FIELD", "WANTED", "FOUND"));
        boolean differs = false;
        for (Json.Obj target : status.objects("agents")) {
            for (Json.Obj difference : target.objects("differences")) {
                differs = true;
                table.add(List.of(
                        target.string("agent"),
                        difference.string("object"),
                        difference.string("field"),
                        difference.string("wanted"),
                        difference.string("found")));
            }
        }
        if (differs) {
            out().line("");
            out().table(table);
        }
    }

    /** For how long what runs was away when it was applied. */
    private void gaps(Json.Obj status) {
        Table table = new Table(List.of("AWAY AT", "OBJECT", "FOR", "BECAUSE"));
        boolean away = false;
        for (Json.Obj target : status.objects("agents")) {
            for (Json.Obj gap : target.objects("gaps")) {
                away = true;
                String why = gap.string("why");
                table.add(List.of(
                        target.string("agent"),
                        gap.string("object"),
                        String.format(Locale.ROOT, "%.1f s", gap.integer("millis") / 1000.0),
                        why.isEmpty() ? "stop-first" : "stop-first: it " + why));
            }
        }
        if (away) {
            out().line("");
            out().table(table);
        }
    }

    private void events(HubApi hub, Kind asked) {
        if (!asked.isResource()) {
            return; // events are about what is deployed
        }
        List<Json.Obj> events = hub.get("/events"
                        + HubApi.query(
                                Map.of("object", asked.singular() + "/" + name, "limit", String.valueOf(EVENTS))))
                .objects("items");
        if (!events.isEmpty()) {
            out().line("");
            events.forEach(event -> out().states(EventLine.of(event)));
        }
    }
}
