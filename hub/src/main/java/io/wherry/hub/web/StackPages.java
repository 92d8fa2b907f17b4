package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The stacks, and one of them: from its source to its targets. */
final class StackPages {
    /** Revisions shown; {@code wherry stack history} has all that are kept. */
    private static final int MAX_HISTORY = 20;

    private StackPages() {}

    record Table(List<Row> rows, Pager pager) {}

    record Row(
            String name,
            String address,
            State state,
            Cause cause,
            List<String> notes,
            String commit,
            long healthy,
            long targets,
            String asOf) {}

    /**
     * One stack.
     *
     * @param flow    from source to targets, a step each
     * @param targets worst first, a page of them
     * @param shown   which of how many
     */
    record View(
            String name,
            State state,
            Cause cause,
            List<String> notes,
            String asOf,
            List<Step> flow,
            List<TargetRow> targets,
            String shown,
            Pager pager,
            List<HistoryRow> history,
            Optional<RolloutPages.Summary> rollout,
            List<Details.Condition> conditions,
            List<Visit.Button> buttons,
            Details.AsFile file) {}

    /** @param address of its page; empty: none */
    record Step(String label, String value, String address, String detail) {}

    record TargetRow(
            String agent,
            String address,
            State state,
            Cause cause,
            List<String> notes,
            long revision,
            String asOf,
            List<Difference> differences) {}

    /** What differs at the site from what is wanted. */
    record Difference(String object, String field, String wanted, String found) {}

    record HistoryRow(
            long revision, String commit, String author, String time, String state, String outcome, String subject) {}

    static Reply.Page list(Visit visit) {
        Json.Obj list = visit.list("/stacks", Map.of("brief", "true"));
        Table table = new Table(
                list.objects("items").stream().map(StackPages::row).toList(), Pager.of(visit, "/stacks", list));
        return Reply.Page.live("stacks", "Stacks", out -> JtestacksGenerated.render(out, null, table));
    }

    private static Row row(Json.Obj stack) {
        Json.Obj status = Details.status(stack);
        String name = Details.name(stack);
        return new Row(
                name,
                Link.to("stacks", name),
                State.of(status),
                Cause.of(status),
                status.strings("notes"),
                Details.commit(status.findString("revision").orElse("")),
                status.integerOr("healthy", 0),
                status.integerOr("targets", 0),
                status.findString("asOf").orElse(""));
    }

    static Reply.Page one(Visit visit, String name) {
        String route = "/stacks/" + Form.encode(name);
        Json.Obj stack = visit.get(route);
        Json.Obj status = Details.status(stack);
        List<TargetRow> all = status.objects("agents").stream()
                .map(StackPages::target)
                .sorted(Comparator.comparingInt((TargetRow target) -> badness(target.state()))
                        .thenComparing(TargetRow::agent))
                .toList();
        int from = Math.min(number(visit.query().text("from")), all.size());
        int to = Math.min(from + Visit.PAGE, all.size());
        Optional<RolloutPages.Summary> rollout = RolloutPages.newest(visit, name);
        View view = new View(
                name,
                State.of(status),
                Cause.of(status),
                status.strings("notes"),
                status.findString("asOf").orElse(""),
                flow(stack, status),
                all.subList(from, to),
                all.size() <= Visit.PAGE ? "" : (from + 1) + " to " + to + " of " + all.size() + ", worst first",
                new Pager(
                        from == 0 ? "" : Link.to("stacks", name),
                        to == all.size() ? "" : Link.with(Link.to("stacks", name), "from", String.valueOf(to))),
                history(visit, route),
                rollout,
                Details.conditions(status),
                buttons(visit, name, status, rollout),
                Details.file(stack));
        return Reply.Page.live("stacks", "Stack " + name, out -> JtestackGenerated.render(out, null, view));
    }

    /** What cannot be read is the beginning. */
    private static int number(String text) {
        return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
    }

    private static int badness(State state) {
        return List.of("bad", "unknown", "waiting", "working", "good").indexOf(state.level());
    }

    private static List<Visit.Button> buttons(
            Visit visit, String name, Json.Obj status, Optional<RolloutPages.Summary> rollout) {
        List<Act> acts = new ArrayList<>();
        switch (status.findString("phase").orElse("")) {
            case "ConfirmationNeeded" -> acts.add(Act.STACK_ALLOW_REMOVAL);
            case "ApprovalNeeded" -> acts.addAll(List.of(Act.PLAN_APPROVE, Act.PLAN_REJECT));
            default -> {}
        }
        acts.add(Act.STACK_SYNC);
        acts.add(Act.STACK_RETRY);
        List<Visit.Button> buttons = new ArrayList<>(visit.buttons(name, acts.toArray(Act[]::new)));
        rollout.ifPresent(summary -> buttons.addAll(RolloutPages.buttons(visit, name, summary)));
        return buttons;
    }

    private static List<Step> flow(Json.Obj stack, Json.Obj status) {
        Json.Obj spec = stack.object("spec");
        String source = spec.findString("sourceRef").orElse("");
        String commit = status.findString("revision").orElse("");
        long number = status.integerOr("number", 0);
        List<Step> flow = new ArrayList<>();
        if (!source.isEmpty()) {
            flow.add(new Step(
                    "Source",
                    source,
                    Link.to("sources", source),
                    (spec.findString("format").orElse("") + " "
                                    + spec.findString("path").orElse(""))
                            .strip()));
        }
        flow.add(new Step(
                "Revision",
                commit.isEmpty() ? "none yet" : Details.commit(commit),
                "",
                status.findString("inForce")
                        .filter(newest -> !newest.equals(commit))
                        .map(newest -> "looked at up to " + Details.commit(newest))
                        .orElse("")));
        flow.add(new Step(
                "Release",
                number == 0 ? "none yet" : "revision " + number,
                "",
                status.boolOr("pinned", false) ? "pinned" : ""));
        long targets = status.integerOr("targets", 0);
        flow.add(new Step(
                "Targets",
                status.integerOr("healthy", 0) + " of " + targets + " healthy",
                targets == 0 ? "" : "#targets",
                ""));
        return flow;
    }

    private static TargetRow target(Json.Obj target) {
        String agent = target.string("agent");
        return new TargetRow(
                agent,
                Link.to("agents", agent),
                State.of(target),
                Cause.of(target),
                target.strings("notes"),
                target.integerOr("revision", 0),
                target.findString("asOf").orElse(""),
                target.objects("differences").stream()
                        .map(one -> new Difference(
                                one.findString("object").orElse(""),
                                one.findString("field").orElse(""),
                                one.findString("wanted").orElse(""),
                                one.findString("found").orElse("")))
                        .toList());
    }

    private static List<HistoryRow> history(Visit visit, String route) {
        return visit.get(route + "/history").objects("items").stream()
                .limit(MAX_HISTORY)
                .map(one -> new HistoryRow(
                        one.integer("revision"),
                        Details.commit(one.string("commit")),
                        one.string("author"),
                        one.string("time"),
                        one.string("state"),
                        one.string("outcome"),
                        one.string("subject")))
                .toList();
    }
}
