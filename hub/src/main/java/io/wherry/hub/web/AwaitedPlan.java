package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A plan that waits until people have approved it.
 *
 * @param content {@code commit 1a2b3c4d5e6f}
 * @param command that shows what it changes
 */
record AwaitedPlan(
        String stack,
        String address,
        String digest,
        String content,
        String authors,
        String since,
        List<Target> targets,
        String command,
        List<Visit.Button> buttons) {

    /** @param said {@code 1 of 2 approvals}, or that it is rejected */
    record Target(String agent, String address, String said, String votes, String rule) {}

    static List<AwaitedPlan> all(Visit visit) {
        return of(visit, visit.get("/approvals"));
    }

    /** Of one stack. */
    static Optional<AwaitedPlan> of(Visit visit, String stack) {
        return of(visit, visit.get("/approvals", Map.of("stack", stack))).stream()
                .findFirst();
    }

    private static List<AwaitedPlan> of(Visit visit, Json.Obj answer) {
        return answer.objects("items").stream().map(plan -> of(plan, visit)).toList();
    }

    private static AwaitedPlan of(Json.Obj plan, Visit visit) {
        String stack = plan.string("stack");
        return new AwaitedPlan(
                stack,
                Link.to("stacks", stack),
                plan.string("plan"),
                plan.string("content"),
                String.join(", ", plan.strings("authors")),
                plan.string("since"),
                plan.objects("targets").stream().map(AwaitedPlan::target).toList(),
                "wherry stack plan " + stack,
                visit.buttons(stack, Act.PLAN_APPROVE, Act.PLAN_REJECT));
    }

    private static Target target(Json.Obj target) {
        List<Json.Obj> votes = target.objects("votes");
        String agent = target.string("agent");
        return new Target(
                agent,
                Link.to("agents", agent),
                votes.stream().allMatch(vote -> vote.bool("approves"))
                        ? votes.size() + " of " + target.integer("required") + " approvals"
                        : "rejected",
                votes.stream().map(AwaitedPlan::vote).collect(Collectors.joining("; ")),
                target.string("rule"));
    }

    private static String vote(Json.Obj vote) {
        String reason = vote.string("reason");
        return vote.string("by")
                + (vote.bool("approves") ? " approves" : " rejects")
                + (reason.isEmpty() ? "" : ": " + reason);
    }
}
