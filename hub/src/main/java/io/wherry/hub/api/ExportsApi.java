package io.wherry.hub.api;

import io.wherry.base.Durations;
import io.wherry.contract.Features;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.Exports;
import io.wherry.hub.fleet.Exports.Outcome;
import java.time.Duration;
import java.util.List;

/** What runs at a site, asked of its agent while the operator waits. The answer is passed on and kept nowhere. */
final class ExportsApi {
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(90);
    private static final String PROJECT = "[a-z0-9][a-z0-9_-]{0,62}";

    private final AgentRepository agents;
    private final Exports exports;
    private final Audited audited;

    ExportsApi(AgentRepository agents, Exports exports, Audited audited) {
        this.agents = agents;
        this.exports = exports;
        this.audited = audited;
    }

    List<Route> routes() {
        return List.of(Route.of("POST", "/agents/{name}/export", "Ask an agent what runs at its site", this::export)
                .body(Field.text("project"), Field.text("timeout")));
    }

    private Json.Obj export(ApiRequest request) {
        String project = request.body().findString("project").orElse("");
        if (!project.isEmpty() && !project.matches(PROJECT)) {
            throw Bodies.bad("project: " + project + " (expected: the name of a Compose project)");
        }
        Duration wait = Bodies.tried(
                () -> request.body().findString("timeout").map(Durations::parse).orElse(DEFAULT_WAIT));
        if (wait.isZero() || wait.compareTo(Exports.MAX_WAIT) > 0) {
            throw Bodies.bad("timeout: " + Durations.format(wait) + " (expected: up to "
                    + Durations.format(Exports.MAX_WAIT) + ")");
        }
        AgentRecord agent = asked(request.name());
        audited.asked(
                request,
                "agent.export",
                "Agent/" + agent.name(),
                Json.object().put("project", project).build());
        return switch (exports.ask(agent.id(), project, wait)) {
            case Outcome.Answered(byte[] content) -> content(agent, content);
            case Outcome.Refused(String reason, String detail) ->
                throw conflict("agent " + agent.name() + " answers " + reason + ": " + detail);
            case Outcome.NoAnswer() ->
                throw new ApiException(
                        408,
                        ApiReason.NO_ANSWER,
                        "agent " + agent.name() + " is not polling: it did not come within " + Durations.format(wait),
                        "when was it heard last? wherry get agent " + agent.name()
                                + "; one that comes more rarely takes a longer --timeout");
            case Outcome.Busy(String detail) ->
                throw new ApiException(429, ApiReason.BUSY, detail, "try again in a minute");
        };
    }

    private AgentRecord asked(String name) {
        AgentRecord agent = agents.findByName(name)
                .orElseThrow(() -> Bodies.missing(
                        "agent",
                        name,
                        agents.list().stream().map(AgentRecord::name).toList()));
        if (!agent.served()) {
            throw conflict("agent " + name + " is not in service");
        }
        if (!agent.facts().understands().contains(Features.EXPORT)) {
            throw conflict(
                    "agent " + name + " does not understand " + Features.EXPORT + " (update wherry-agent there)");
        }
        return agent;
    }

    private static Json.Obj content(AgentRecord agent, byte[] content) {
        try {
            return JsonReader.object(content);
        } catch (JsonException e) {
            throw conflict("agent " + agent.name() + " answered with what is no JSON");
        }
    }

    private static ApiException conflict(String detail) {
        return new ApiException(409, ApiReason.CONFLICT, detail, "");
    }
}
