package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What waits for a person: agents that want in, plans that are to be approved or are held, releases without enough signatures. */
final class ApprovalsPage {
    /** Stacks that are asked for their releases; who has more that wait does not work through them on one page. */
    private static final int MAX_STACKS = 50;

    private static final Set<String> HELD = Set.of("ConfirmationNeeded", "OutOfSync", "RolloutGated");

    private final Glance glance;

    ApprovalsPage(Glance glance) {
        this.glance = glance;
    }

    record View(List<JoinRequest> joins, List<AwaitedPlan> awaited, List<HeldPlan> plans, List<Release> releases) {
        boolean isEmpty() {
            return joins.isEmpty() && awaited.isEmpty() && plans.isEmpty() && releases.isEmpty();
        }
    }

    record JoinRequest(
            String agent,
            String address,
            String fingerprint,
            String environment,
            String hostname,
            String since,
            List<Visit.Button> buttons) {}

    record HeldPlan(String stack, String address, State state, Cause cause, List<Visit.Button> buttons) {}

    /** @param command with which approvers get it to sign */
    record Release(
            String stack,
            String address,
            String digest,
            long counter,
            String environments,
            String since,
            long signatures,
            long threshold,
            String command) {}

    Reply.Page show(Visit visit) {
        Json.Obj status = glance.of(visit);
        View view =
                new View(joins(visit, status), AwaitedPlan.all(visit), plans(visit, status), releases(visit, status));
        return Reply.Page.live("approvals", "Approvals", out -> JteapprovalsGenerated.render(out, null, view));
    }

    private static List<JoinRequest> joins(Visit visit, Json.Obj status) {
        return status.objects("joinRequests").stream()
                .map(one -> {
                    String agent = one.string("agent");
                    return new JoinRequest(
                            agent,
                            Link.to("agents", agent),
                            one.string("fingerprint"),
                            one.string("environment"),
                            one.string("hostname"),
                            one.string("since"),
                            visit.buttons(agent, Act.AGENT_APPROVE, Act.AGENT_DENY));
                })
                .toList();
    }

    private static List<HeldPlan> plans(Visit visit, Json.Obj status) {
        List<HeldPlan> plans = new ArrayList<>();
        for (Json.Obj stack : status.objects("stacks")) {
            String phase = stack.string("phase");
            if (HELD.contains(phase) && plans.size() < MAX_STACKS) {
                String name = stack.string("name");
                plans.add(new HeldPlan(
                        name,
                        Link.to("stacks", name),
                        State.waiting(phase),
                        Cause.of(stack),
                        visit.buttons(
                                name,
                                switch (phase) {
                                    case "ConfirmationNeeded" -> Act.STACK_ALLOW_REMOVAL;
                                    case "RolloutGated" -> Act.ROLLOUT_PROMOTE;
                                    default -> Act.STACK_SYNC;
                                })));
            }
        }
        return plans;
    }

    private static List<Release> releases(Visit visit, Json.Obj status) {
        List<Release> releases = new ArrayList<>();
        status.objects("stacks").stream()
                .filter(stack -> stack.string("phase").equals("AwaitingApproval"))
                .map(stack -> stack.string("name"))
                .limit(MAX_STACKS)
                .forEach(name -> visit.get("/stacks/" + Form.encode(name) + "/approvals").objects("items").stream()
                        .map(one -> release(name, one))
                        .forEach(releases::add));
        return releases;
    }

    private static Release release(String stack, Json.Obj one) {
        return new Release(
                stack,
                Link.to("stacks", stack),
                one.string("release"),
                one.integer("counter"),
                String.join(", ", one.strings("environments")),
                one.string("since"),
                one.object("envelope").objects("signatures").size(),
                one.integer("threshold"),
                "wherry bundle export-unsigned --stack " + stack);
    }
}
