package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.source.Revision;
import io.wherry.hub.sync.HistoryEntry;
import io.wherry.hub.sync.OperationResult;
import io.wherry.hub.sync.StackOperations;
import io.wherry.hub.sync.StackOperations.Actor;
import io.wherry.hub.sync.StackPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What operators do with stacks besides declaring them. */
final class StacksApi {
    private final StackOperations operations;
    private final ResourceRepository resources;
    private final TakeOvers takeOvers;
    private final SitePlans sites;
    private final Audited audited;

    StacksApi(
            StackOperations operations,
            ResourceRepository resources,
            TakeOvers takeOvers,
            SitePlans sites,
            Audited audited) {
        this.operations = operations;
        this.resources = resources;
        this.takeOvers = takeOvers;
        this.sites = sites;
        this.audited = audited;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/stacks/{name}/plan", "What would change at each target", this::plan)
                        .query(Field.text("agent")),
                Route.of("GET", "/stacks/{name}/history", "The stack's revisions, newest first", this::history),
                Route.of("GET", "/stacks/{name}/render", "What an agent is given", this::render)
                        .query(Field.text("agent")),
                Route.of("POST", "/stacks/{name}/sync", "Deploy what waits, retry, or repair drift", this::sync)
                        .body(
                                Field.flag("retry"),
                                Field.flag("correct"),
                                Field.flag("allowRemoval"),
                                Field.text("reason"),
                                Field.text("change")),
                Route.of(
                                "POST",
                                "/stacks/{name}/rollback",
                                "Go back to an earlier revision and stay there",
                                this::rollback)
                        .body(Field.number("revision"), Field.text("reason"), Field.text("change")),
                Route.of("POST", "/stacks/{name}/pin", "Hold at a revision, or follow the source again", this::pin)
                        .body(
                                Field.number("revision"),
                                Field.flag("clear"),
                                Field.text("reason"),
                                Field.text("change")),
                Route.of("POST", "/stacks/{name}/remove", "Remove it from an agent it no longer targets", this::remove)
                        .body(
                                Field.text("agent").must(),
                                Field.flag("keep"),
                                Field.text("reason"),
                                Field.text("change")));
    }

    private Json.Obj plan(ApiRequest request) {
        StackPlan whole = operations.plan(request.name()).orElseThrow(() -> missing(request.name()));
        StackPlan plan = request.find("agent").map(whole::of).orElse(whole);
        if (request.find("agent").isPresent() && plan.targets().isEmpty()) {
            throw Bodies.missing(
                    "target",
                    request.find("agent").get(),
                    whole.targets().stream()
                            .map(StackPlan.TargetPlan::agentName)
                            .toList());
        }
        List<String> asked = SitePlans.asked(plan).stream()
                .map(StackPlan.TargetPlan::agentName)
                .toList();
        if (!asked.isEmpty()) {
            audited.asked(
                    request,
                    "stack.plan",
                    "Stack/" + request.name(),
                    Json.object().put("agents", asked).build());
        }
        return PlanJson.of(plan, takeOvers.notes(plan), sites.ask(plan));
    }

    private Json.Obj history(ApiRequest request) {
        List<HistoryEntry> entries = operations.history(request.name()).orElseThrow(() -> missing(request.name()));
        List<Json> items = new ArrayList<>();
        entries.forEach(entry -> items.add(json(entry)));
        return Json.object().put("items", new Json.Arr(items)).build();
    }

    private static Json.Obj json(HistoryEntry entry) {
        List<String> outcomes = new ArrayList<>();
        entry.outcomes()
                .forEach(
                        (outcome, count) -> outcomes.add(count + " " + (outcome.isEmpty() ? "not reported" : outcome)));
        Json.Builder json = Json.object()
                .put("revision", entry.number())
                .put("commit", entry.commit())
                .put("author", entry.author())
                .put("time", entry.madeAt().toString())
                .put("state", entry.cause())
                .put("actor", entry.actor())
                .put("outcome", String.join(", ", outcomes))
                .put("subject", entry.subject());
        if (!entry.from().signature().equals(Revision.UNCHECKED)) {
            json.put("signature", entry.from().signature());
        }
        return json.build();
    }

    private Json.Obj render(ApiRequest request) {
        exists(request.name());
        Json.Obj model = operations
                .render(request.name(), request.find("agent"))
                .orElseThrow(() -> new ApiException(
                        404,
                        ApiReason.NOT_FOUND,
                        "stack " + request.name() + " has nothing for agent "
                                + request.find("agent").orElse("(none named)"),
                        "wherry stack plan " + request.name() + " says why"));
        return Json.object().put("model", model).build();
    }

    private Json.Obj sync(ApiRequest request) {
        Json.Obj body = request.body();
        boolean retry = body.boolOr("retry", false);
        boolean correct = body.boolOr("correct", false);
        boolean allowRemoval = body.boolOr("allowRemoval", false);
        if (Stream.of(retry, correct, allowRemoval).filter(asked -> asked).count() > 1) {
            throw Bodies.bad("retry, correct, allowRemoval: more than one (expected: one, or none)");
        }
        String name = request.name();
        Actor actor = actor(request, body);
        if (retry) {
            return told(operations.retry(name, actor));
        }
        return told(correct ? operations.correct(name, actor) : operations.sync(name, allowRemoval, actor));
    }

    private Json.Obj rollback(ApiRequest request) {
        Json.Obj body = request.body();
        Optional<Long> revision = body.find("revision").map(value -> body.integer("revision"));
        return told(operations.rollback(request.name(), revision, actor(request, body)));
    }

    private Json.Obj pin(ApiRequest request) {
        Json.Obj body = request.body();
        Actor actor = actor(request, body);
        boolean clear = body.boolOr("clear", false);
        if (clear == body.fields().containsKey("revision")) {
            throw Bodies.bad("revision, clear: " + (clear ? "both" : "neither") + " (expected: one of them)");
        }
        return told(
                clear
                        ? operations.clearPin(request.name(), actor)
                        : operations.pin(request.name(), body.integer("revision"), actor));
    }

    private Json.Obj remove(ApiRequest request) {
        Json.Obj body = request.body();
        return told(operations.remove(
                request.name(), Bodies.text(body, "agent"), body.boolOr("keep", false), actor(request, body)));
    }

    /** Whoever asks, without a reason given. */
    static Actor actor(ApiRequest request) {
        return Actor.of(Audited.who(request));
    }

    static Actor actor(ApiRequest request, Json.Obj body) {
        String reason = body.findString("reason").orElse("");
        String change = body.findString("change").orElse("");
        return Bodies.tried(() -> new Actor(Audited.who(request), reason, change));
    }

    static Json.Obj told(OperationResult result) {
        return switch (result) {
            case OperationResult.Done(String message, long revision, String commit) ->
                Json.object()
                        .put("message", message)
                        .put("number", revision)
                        .put("revision", commit)
                        .build();
            case OperationResult.NotFound(String message) ->
                throw new ApiException(404, ApiReason.NOT_FOUND, message, "");
            case OperationResult.Blocked(String reason, String message, String hint) ->
                throw new ApiException(
                        409, ApiReason.CONFLICT, reason.isEmpty() ? message : message + " (" + reason + ")", hint);
        };
    }

    private void exists(String name) {
        if (resources.find(Stack.class, name).isEmpty()) {
            throw missing(name);
        }
    }

    private ApiException missing(String name) {
        return missing(resources, name);
    }

    /** There is no such stack; but perhaps one of a like name. */
    static ApiException missing(ResourceRepository resources, String name) {
        return Bodies.missing(
                "stack",
                name,
                resources.all(Stack.class).stream().map(Stored::name).toList());
    }
}
