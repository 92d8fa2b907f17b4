package io.wherry.hub.api;

import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.hub.approval.Vote;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.sync.PlanApprovals;
import io.wherry.hub.sync.PlanApprovals.Target;
import io.wherry.hub.sync.PlanApprovals.Waiting;
import java.util.ArrayList;
import java.util.List;

/** Plans that wait until people have approved them. */
final class PlansApi {
    private final PlanApprovals approvals;
    private final ResourceRepository resources;

    PlansApi(PlanApprovals approvals, ResourceRepository resources) {
        this.approvals = approvals;
        this.resources = resources;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/approvals", "Plans that wait for approval, the oldest first", this::waiting)
                        .query(Field.text("stack")),
                Route.of("POST", "/stacks/{name}/approve", "Approve the plan that waits", this::approve)
                        .body(Field.text("plan").must(), Field.text("reason"), Field.text("change")),
                Route.of("POST", "/stacks/{name}/reject", "Reject the plan that waits", this::reject)
                        .body(Field.text("plan").must(), Field.text("reason").must(), Field.text("change")));
    }

    private Json.Obj waiting(ApiRequest request) {
        request.find("stack").ifPresent(this::exists);
        List<Json> items = new ArrayList<>();
        approvals.waiting().stream()
                .filter(plan -> request.find("stack").map(plan.stack()::equals).orElse(true))
                .forEach(plan -> items.add(json(plan)));
        return Json.object().put("items", new Json.Arr(items)).build();
    }

    private static Json.Obj json(Waiting waiting) {
        List<Json> targets = new ArrayList<>();
        waiting.targets().forEach(target -> targets.add(json(target)));
        return Json.object()
                .put("stack", waiting.stack())
                .put("plan", waiting.plan().toString())
                .put("content", waiting.what())
                .put("authors", waiting.authors())
                .put("since", waiting.since().toString())
                .put("targets", new Json.Arr(targets))
                .build();
    }

    private static Json.Obj json(Target target) {
        List<Json> votes = new ArrayList<>();
        target.votes().forEach(vote -> votes.add(json(vote)));
        return Json.object()
                .put("agent", target.agent())
                .put("required", target.required())
                .put("rule", target.rule())
                .put("votes", new Json.Arr(votes))
                .build();
    }

    private static Json.Obj json(Vote vote) {
        return Json.object()
                .put("by", vote.voter())
                .put("approves", vote.approves())
                .put("reason", vote.reason())
                .put("at", vote.at().toString())
                .build();
    }

    private Json.Obj approve(ApiRequest request) {
        Json.Obj body = request.body();
        return StacksApi.told(approvals.approve(request.name(), plan(body), StacksApi.actor(request, body)));
    }

    private Json.Obj reject(ApiRequest request) {
        Json.Obj body = request.body();
        if (Bodies.text(body, "reason").isBlank()) {
            throw Bodies.bad("reason: empty (expected: why it is rejected; its authors read it)");
        }
        return StacksApi.told(approvals.reject(request.name(), plan(body), StacksApi.actor(request, body)));
    }

    private static Digest plan(Json.Obj body) {
        String plan = Bodies.text(body, "plan");
        try {
            return Digest.parse(plan);
        } catch (IllegalArgumentException e) {
            throw Bodies.bad("plan: " + plan + " (expected: sha256: and 64 hexadecimal digits, as the plan ends with)");
        }
    }

    private void exists(String stack) {
        if (resources.find(Stack.class, stack).isEmpty()) {
            throw StacksApi.missing(resources, stack);
        }
    }
}
