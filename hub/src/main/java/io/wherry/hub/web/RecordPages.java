package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What happened: events for people who look now, and the audit log. Newest first. */
final class RecordPages {
    private RecordPages() {}

    record Events(List<EventRow> rows, Pager pager, String severity, String object) {}

    record EventRow(String time, State state, String object, String address, Cause cause) {}

    record Audit(List<AuditRow> rows, Pager pager, String stream, String object) {}

    record AuditRow(
            long index,
            String time,
            String stream,
            String actor,
            String action,
            String object,
            String outcome,
            String detail) {}

    static Reply.Page events(Visit visit) {
        String severity = visit.query().text("severity");
        String object = visit.query().text("object");
        Map<String, String> query = new TreeMap<>(Map.of("limit", String.valueOf(Visit.PAGE)));
        put(query, "severity", severity);
        put(query, "object", object);
        visit.query().find("before").ifPresent(before -> query.put("before", before));
        List<Json.Obj> items = visit.get("/events", query).objects("items").reversed();
        String here = Link.with(Link.with("/events", "severity", severity), "object", object);
        Pager pager = new Pager(
                visit.query().find("before").isPresent() ? here : "",
                items.size() < Visit.PAGE
                        ? ""
                        : Link.with(
                                here, "before", String.valueOf(items.getLast().integer("number"))));
        Events view = new Events(items.stream().map(RecordPages::event).toList(), pager, severity, object);
        return Reply.Page.live("events", "Events", out -> JteeventsGenerated.render(out, null, view));
    }

    private static EventRow event(Json.Obj one) {
        String object = one.string("object");
        String severity = one.string("severity");
        return new EventRow(
                one.string("time"),
                switch (severity) {
                    case "alarm" -> State.bad("alarm");
                    case "warning" -> new State("waiting", "!", "warning");
                    default -> State.good(severity);
                },
                object,
                Link.toObject(object),
                Cause.of(one));
    }

    static Reply.Page audit(Visit visit) {
        String stream = visit.query().text("stream");
        String object = visit.query().text("object");
        Map<String, String> query = new TreeMap<>(Map.of("limit", String.valueOf(Visit.PAGE), "newest", "true"));
        put(query, "stream", stream);
        put(query, "object", object);
        visit.query().find("continue").ifPresent(after -> query.put("continue", after));
        Json.Obj list = visit.get("/audit", query);
        Audit view = new Audit(
                list.objects("items").stream().map(RecordPages::record).toList(),
                Pager.of(visit, Link.with(Link.with("/audit", "stream", stream), "object", object), list),
                stream,
                object);
        return Reply.Page.live("audit", "Audit", out -> JteauditGenerated.render(out, null, view));
    }

    private static void put(Map<String, String> query, String name, String value) {
        if (!value.isEmpty()) {
            query.put(name, value);
        }
    }

    private static Optional<String> stack(Json.Obj one) {
        return one.findObject("sync").flatMap(sync -> sync.findString("stack")).map(stack -> "Stack/" + stack);
    }

    private static AuditRow record(Json.Obj one) {
        return new AuditRow(
                one.integer("index"),
                one.findString("time").orElse(""),
                one.findString("stream").orElse(""),
                one.findString("actor").orElse(""),
                one.findString("action").orElse(""),
                one.findString("object").or(() -> stack(one)).orElse(""),
                one.findString("outcome").orElse(""),
                Stream.of("reason", "message")
                        .flatMap(key -> one.findString(key).stream())
                        .collect(Collectors.joining(": ")));
    }
}
