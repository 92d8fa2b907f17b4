package io.wherry.hub.api;

import io.wherry.base.Durations;
import io.wherry.contract.Limits;
import io.wherry.contract.SiteQuestion;
import io.wherry.contract.Zipped;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.Exports;
import io.wherry.hub.fleet.Exports.Outcome;
import io.wherry.hub.status.AgentStatus;
import io.wherry.hub.status.FleetStatus;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Asks an agent something for an operator who waits. The answer is passed on and kept nowhere; that it was asked for is in the audit log. */
final class SiteQuestions {
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(90);

    /** For the body or the query of a request whose handler asks a site. */
    static final Field TIMEOUT = Field.text("timeout");

    private final AgentRepository agents;
    private final FleetStatus fleet;
    private final Exports exports;
    private final Audited audited;

    SiteQuestions(AgentRepository agents, FleetStatus fleet, Exports exports, Audited audited) {
        this.agents = agents;
        this.fleet = fleet;
        this.exports = exports;
        this.audited = audited;
    }

    /** What the request is written down as: {@code stack.logs} of {@code Stack/shop}. */
    record Noted(String action, String object, Json.Obj detail) {}

    /** Asks, and gives what the agent answered as it is. @throws ApiException saying what became of the question, if no answer */
    Json.Obj ask(ApiRequest request, String agentName, SiteQuestion question, Noted noted) {
        AgentRecord agent = understanding(agentName, question.feature());
        byte[] packed = Zipped.of(question.toJson());
        if (packed.length > Limits.QUESTION_BYTES) {
            throw conflict("the question has " + packed.length + " bytes (at most " + Limits.QUESTION_BYTES + ")");
        }
        return ask(
                request,
                agent,
                noted,
                wait -> exports.ask(agent.id(), packed, wait),
                content -> Zipped.read(content, Limits.ANSWER_PLAIN_BYTES));
    }

    /** Reads an answer. @throws JsonException if it is none */
    @FunctionalInterface
    interface Reading {
        Json.Obj of(byte[] content);
    }

    /** The same for a question of another form. */
    Json.Obj ask(
            ApiRequest request, AgentRecord agent, Noted noted, Function<Duration, Outcome> asking, Reading reading) {
        Duration wait = wait(request);
        audited.asked(request, noted.action(), noted.object(), noted.detail());
        return switch (asking.apply(wait)) {
            case Outcome.Answered(byte[] content) -> {
                try {
                    yield reading.of(content);
                } catch (JsonException e) {
                    throw conflict("agent " + agent.name() + " answered with what is no JSON");
                }
            }
            case Outcome.Refused(String reason, String detail) ->
                throw conflict("agent " + agent.name() + " answers " + reason + ": " + detail);
            case Outcome.NoAnswer() ->
                throw new ApiException(
                        408,
                        ApiReason.NO_ANSWER,
                        "agent " + agent.name() + " is not polling: it did not come within " + Durations.format(wait)
                                + lastHeard(agent),
                        "wherry get agent " + agent.name() + "; one that comes more rarely takes a longer --timeout");
            case Outcome.Busy(String detail) ->
                throw new ApiException(429, ApiReason.BUSY, detail, "try again in a minute");
        };
    }

    private String lastHeard(AgentRecord agent) {
        return fleet.agent(agent.id())
                .flatMap(AgentStatus::lastHeard)
                .map(at -> " (it was heard last at " + at + ")")
                .orElse(" (it was never heard)");
    }

    private static Duration wait(ApiRequest request) {
        Duration wait = Bodies.tried(() -> request.body()
                .findString("timeout")
                .or(() -> request.find("timeout"))
                .map(Durations::parse)
                .orElse(DEFAULT_WAIT));
        if (wait.isZero() || wait.compareTo(Exports.MAX_WAIT) > 0) {
            throw Bodies.bad("timeout: " + Durations.format(wait) + " (expected: up to "
                    + Durations.format(Exports.MAX_WAIT) + ")");
        }
        return wait;
    }

    /** An agent that serves and understands the question. */
    AgentRecord understanding(String name, String feature) {
        AgentRecord agent = agents.findByName(name)
                .orElseThrow(() -> Bodies.missing(
                        "agent",
                        name,
                        agents.list().stream().map(AgentRecord::name).toList()));
        if (!agent.served()) {
            throw conflict("agent " + name + " is not in service");
        }
        List<String> understood = agent.facts().understands();
        if (!understood.contains(feature)) {
            throw conflict("agent " + name + " does not understand " + feature
                    + (feature.equals(io.wherry.contract.Features.EXPORT_NAMESPACE)
                                    || feature.equals(io.wherry.contract.Features.EXPORT)
                            ? " (a namespace is asked of an agent of Kubernetes, a project of one of Docker; else update wherry-agent there)"
                            : " (update wherry-agent there)"));
        }
        return agent;
    }

    private static ApiException conflict(String detail) {
        return new ApiException(409, ApiReason.CONFLICT, detail, "");
    }
}
