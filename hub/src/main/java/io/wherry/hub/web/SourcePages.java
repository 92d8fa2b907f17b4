package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;

/** The sources, and one of them. */
final class SourcePages {
    private SourcePages() {}

    record Table(List<Row> rows, Pager pager) {}

    record Row(
            String name,
            String address,
            State state,
            Cause cause,
            String type,
            String url,
            String commit,
            String lastCheck,
            String nextCheck) {}

    record View(
            String name,
            State state,
            Cause cause,
            List<AgentPages.Fact> facts,
            List<Details.Condition> conditions,
            List<Visit.Button> buttons,
            Details.AsFile file) {}

    static Reply.Page list(Visit visit) {
        Json.Obj list = visit.list("/sources");
        Table table = new Table(
                list.objects("items").stream().map(SourcePages::row).toList(), Pager.of(visit, "/sources", list));
        return Reply.Page.live("sources", "Sources", out -> JtesourcesGenerated.render(out, null, table));
    }

    private static Row row(Json.Obj source) {
        Json.Obj status = Details.status(source);
        String name = Details.name(source);
        return new Row(
                name,
                Link.to("sources", name),
                State.of(status),
                Cause.of(status),
                source.object("spec").findString("type").orElse(""),
                source.object("spec").findString("url").orElse(""),
                Details.commit(status.findString("revision").orElse("")),
                status.findString("lastCheck").orElse(""),
                status.findString("nextCheck").orElse(""));
    }

    static Reply.Page one(Visit visit, String name) {
        Json.Obj source = visit.get("/sources/" + Form.encode(name));
        Json.Obj status = Details.status(source);
        Row row = row(source);
        List<AgentPages.Fact> facts = new ArrayList<>();
        add(facts, "Type", row.type(), false);
        add(facts, "Address", row.url(), false);
        add(facts, "Newest revision", status.findString("revision").orElse(""), false);
        add(facts, "Applied revision", status.findString("applied").orElse(""), false);
        add(facts, "Last check", row.lastCheck(), true);
        add(facts, "Last success", status.findString("lastSuccess").orElse(""), true);
        add(facts, "Next check", row.nextCheck(), true);
        View view = new View(
                name,
                row.state(),
                row.cause(),
                facts,
                Details.conditions(status),
                visit.buttons(name, Act.SOURCE_SYNC),
                Details.file(source));
        return Reply.Page.live("sources", "Source " + name, out -> JtesourceGenerated.render(out, null, view));
    }

    private static void add(List<AgentPages.Fact> facts, String name, String value, boolean time) {
        if (!value.isEmpty()) {
            facts.add(new AgentPages.Fact(name, value, time));
        }
    }
}
