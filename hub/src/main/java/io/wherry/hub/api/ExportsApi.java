package io.wherry.hub.api;

import io.wherry.contract.Features;
import io.wherry.contract.SiteQuestion;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.Exports;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import java.util.List;
import java.util.Optional;

/** What operators ask of sites: what runs there, how a stack does, and what it wrote. */
final class ExportsApi {
    private static final String PROJECT = "[a-z0-9][a-z0-9_-]{0,62}";
    private static final long DEFAULT_LINES = 100;

    private final ResourceRepository resources;
    private final Exports exports;
    private final SiteQuestions sites;

    ExportsApi(ResourceRepository resources, Exports exports, SiteQuestions sites) {
        this.resources = resources;
        this.exports = exports;
        this.sites = sites;
    }

    List<Route> routes() {
        return List.of(
                Route.of("POST", "/agents/{name}/export", "Ask an agent what runs at its site", this::export)
                        .body(Field.text("project"), Field.text("namespace"), SiteQuestions.TIMEOUT),
                Route.of("POST", "/stacks/{name}/logs", "Ask an agent for a stack's newest log lines", this::logs)
                        .body(
                                Field.text("agent").must(),
                                Field.text("object"),
                                Field.number("lines"),
                                SiteQuestions.TIMEOUT),
                Route.of("GET", "/stacks/{name}/tree", "Ask an agent how a stack's objects do", this::tree)
                        .query(Field.text("agent").must(), SiteQuestions.TIMEOUT));
    }

    private Json.Obj export(ApiRequest request) {
        Optional<String> namespace = request.body().findString("namespace");
        String project = request.body().findString("project").orElse("");
        if (namespace.isPresent()) {
            if (!project.isEmpty()) {
                throw Bodies.bad("project, namespace: both (expected: one of them)");
            }
            return sites.ask(
                    request,
                    request.name(),
                    Bodies.tried(() -> new SiteQuestion.Objects(namespace.get())),
                    new SiteQuestions.Noted(
                            "agent.export",
                            "Agent/" + request.name(),
                            Json.object().put("namespace", namespace.get()).build()));
        }
        if (!project.isEmpty() && !project.matches(PROJECT)) {
            throw Bodies.bad("project: " + project + " (expected: the name of a Compose project)");
        }
        AgentRecord agent = sites.understanding(request.name(), Features.EXPORT);
        return sites.ask(
                request,
                agent,
                new SiteQuestions.Noted(
                        "agent.export",
                        "Agent/" + agent.name(),
                        Json.object().put("project", project).build()),
                wait -> exports.ask(agent.id(), project, wait),
                JsonReader::object);
    }

    private Json.Obj logs(ApiRequest request) {
        Json.Obj body = request.body();
        String object = body.findString("object").orElse("");
        long lines = body.integerOr("lines", DEFAULT_LINES);
        StackId stack = stack(request.name());
        return sites.ask(
                request,
                body.string("agent"),
                Bodies.tried(() -> new SiteQuestion.Logs(stack, object, lines)),
                asked(request, "logs", body.string("agent"), Json.object().put("object", object)));
    }

    /** To be read by whoever may read the status. */
    private Json.Obj tree(ApiRequest request) {
        String agent = request.find("agent").orElseThrow(() -> Bodies.bad("agent: empty (expected: a name)"));
        return sites.ask(
                request,
                agent,
                new SiteQuestion.Tree(stack(request.name())),
                asked(request, "tree", agent, Json.object()));
    }

    private static SiteQuestions.Noted asked(ApiRequest request, String word, String agent, Json.Builder detail) {
        return new SiteQuestions.Noted(
                "stack." + word,
                "Stack/" + request.name(),
                detail.put("agent", agent).build());
    }

    private StackId stack(String name) {
        return resources
                .find(Stack.class, name)
                .map(stored -> StackId.parse(stored.uid()))
                .orElseThrow(() -> Bodies.missing(
                        "stack",
                        name,
                        resources.all(Stack.class).stream().map(Stored::name).toList()));
    }
}
