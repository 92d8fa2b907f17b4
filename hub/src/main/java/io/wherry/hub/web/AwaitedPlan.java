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
 * @param targets the first of them
 * @param more    how many there are beside these
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
        int more,
        String command,
        List<Visit.Button> buttons) {

    /** As many as somebody looks at one by one; {@code wherry approval list} names all. */
    private static final int MAX_TARGETS = 20;

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
        List<Json.Obj> targets = plan.objects("targets");
        return new AwaitedPlan(
                stack,
                Link.to("stacks", stack),
                plan.string("plan"),
                plan.string("content"),
                String.join(", ", plan.strings("authors")),
                plan.string("since"),
                targets.stream().limit(MAX_TARGETS).map(AwaitedPlan::target).toList(),
                Math.max(0, targets.size() - MAX_TARGETS),
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
