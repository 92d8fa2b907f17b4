package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;

/** The agents, and one of them. */
final class AgentPages {
    private AgentPages() {}

    /**
     * A part of the agents.
     *
     * @param address  of the page it stands on, where the filter goes
     * @param selector the filter: labels, as {@code wherry get agents -l} takes them
     */
    record Table(List<Row> rows, Pager pager, String address, String selector, String heading) {}

    /** @param badStacks those of its stacks that are not well */
    record Row(
            String name,
            String address,
            State state,
            Cause cause,
            String runtime,
            String labels,
            String lastSeen,
            long stacks,
            long badStacks) {}

    record View(
            String name,
            State state,
            Cause cause,
            List<Fact> facts,
            List<StackAt> stacks,
            List<Details.Condition> conditions,
            List<Visit.Button> buttons,
            String fingerprint,
            Details.AsFile file) {}

    /** @param time whether the value is one */
    record Fact(String name, String value, boolean time) {}

    record StackAt(String name, String address, State state) {}

    static Reply.Page list(Visit visit) {
        Table table = table(visit, "/agents", "page-heading");
        return Reply.Page.live("agents", "Agents", out -> JteagentsGenerated.render(out, null, table));
    }

    static Table table(Visit visit, String address, String heading) {
        Json.Obj list = visit.list("/agents", "selector");
        String selector = visit.query().text("selector");
        return new Table(
                list.objects("items").stream().map(AgentPages::row).toList(),
                Pager.of(visit, Link.with(address, "selector", selector), list),
                address,
                selector,
                heading);
    }

    private static Row row(Json.Obj agent) {
        Json.Obj status = Details.status(agent);
        String name = Details.name(agent);
        List<Json.Obj> stacks = status.objects("stacks");
        return new Row(
                name,
                Link.to("agents", name),
                state(status),
                Cause.of(status),
                runtime(status),
                Details.labels(agent),
                status.findString("lastSeen").orElse(""),
                stacks.size(),
                stacks.stream().filter(stack -> !State.of(stack).isGood()).count());
    }

    /** One that was turned away or retired has no status. */
    private static State state(Json.Obj status) {
        return status.fields().isEmpty() ? State.unknown("Not served") : State.agent(status);
    }

    private static String runtime(Json.Obj status) {
        return (status.findString("runtime").orElse("") + " "
                        + status.findString("runtimeVersion").orElse(""))
                .strip();
    }

    static Reply.Page one(Visit visit, String name) {
        Json.Obj agent = visit.get("/agents/" + Form.encode(name));
        Json.Obj status = Details.status(agent);
        Cause cause = Cause.of(status);
        boolean waits = cause.reason().equals("NotApproved");
        boolean held = status.objects("conditions").stream()
                .anyMatch(condition -> condition.string("type").equals("Reviewed")
                        && condition.string("status").equals("False"));
        List<Visit.Button> buttons = new ArrayList<>();
        if (waits) {
            buttons.addAll(visit.buttons(name, Act.AGENT_APPROVE, Act.AGENT_DENY));
        }
        if (held) {
            buttons.addAll(visit.buttons(name, Act.AGENT_REVIEW));
        }
        View view = new View(
                name,
                state(status),
                cause,
                facts(agent, status),
                status.objects("stacks").stream()
                        .map(stack -> new StackAt(
                                stack.string("stack"), Link.to("stacks", stack.string("stack")), State.of(stack)))
                        .toList(),
                Details.conditions(status),
                buttons,
                waits ? status.findString("fingerprint").orElse("") : "",
                Details.file(agent));
        return Reply.Page.live("agents", "Agent " + name, out -> JteagentGenerated.render(out, null, view));
    }

    private static List<Fact> facts(Json.Obj agent, Json.Obj status) {
        List<Fact> facts = new ArrayList<>();
        time(facts, "Last seen", status, "lastSeen");
        time(facts, "Paused at the site until", status, "pausedUntil");
        time(facts, "Certificate ends", status, "certificateExpires");
        text(facts, "Runtime", runtime(status));
        text(facts, "Agent's version", status.findString("version").orElse(""));
        text(facts, "Platform", status.findString("platform").orElse(""));
        text(facts, "Host", status.findString("hostname").orElse(""));
        text(facts, "Time zone", status.findString("timeZone").orElse(""));
        text(facts, "Environment", status.findString("environment").orElse(""));
        text(facts, "Swarm manager", status.boolOr("swarmManager", false) ? "yes" : "");
        text(facts, "Labels", Details.labels(agent));
        return facts;
    }

    private static void time(List<Fact> facts, String name, Json.Obj status, String key) {
        status.findString(key).ifPresent(time -> facts.add(new Fact(name, time, true)));
    }

    private static void text(List<Fact> facts, String name, String value) {
        if (!value.isEmpty()) {
            facts.add(new Fact(name, value, false));
        }
    }
}
