package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import io.wherry.hub.fleet.AgentDecision;
import io.wherry.hub.fleet.AgentDecisions;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.sync.AgentReviews;
import java.util.List;
import java.util.Locale;

/** What operators decide about agents. */
final class AgentsApi {
    private final AgentDecisions decisions;
    private final AgentRepository agents;
    private final AgentReviews reviews;
    private final Runnable changed;

    /** @param changed told after an agent came, went or was renamed: the syncing looks at it */
    AgentsApi(AgentDecisions decisions, AgentRepository agents, AgentReviews reviews, Runnable changed) {
        this.reviews = reviews;
        this.decisions = decisions;
        this.agents = agents;
        this.changed = changed;
    }

    List<Route> routes() {
        return List.of(
                Route.of("POST", "/agents/{name}/approve", "Let a waiting agent in", this::approve)
                        .body(Field.text("fingerprint").must()),
                Route.of("POST", "/agents/{name}/deny", "Turn a waiting agent away", this::deny),
                Route.of("POST", "/agents/{name}/review", "Let an agent go that the hub holds", this::review),
                Route.of("POST", "/agents/{name}/rename", "Give an agent another name", this::rename)
                        .body(Field.text("name").must()),
                Route.of("POST", "/agents/{name}/retire", "End an agent's service at once", this::retire)
                        .body(Field.flag("removeWorkloads")));
    }

    private Json.Obj approve(ApiRequest request) {
        String shown = Bodies.text(request.body(), "fingerprint");
        AgentRecord agent = find(request.name());
        if (!plain(agent.fingerprint()).equals(plain(shown))) {
            throw new ApiException(
                    409,
                    ApiReason.CONFLICT,
                    "the fingerprint is not the one of " + agent.name() + ": this hub has " + agent.fingerprint(),
                    "if the site shows another one, somebody stands in between: deny it (wherry agent deny "
                            + agent.name() + ")");
        }
        return told(decisions.approve(request.name(), Audited.who(request)), request.name(), "approved");
    }

    private static String plain(String fingerprint) {
        return fingerprint.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
    }

    private Json.Obj deny(ApiRequest request) {
        return told(decisions.deny(request.name(), Audited.who(request)), request.name(), "denied");
    }

    private Json.Obj review(ApiRequest request) {
        AgentDecision decision = Bodies.tried(() -> reviews.release(request.name(), Audited.who(request)));
        return told(decision, request.name(), "is no longer held for review");
    }

    private Json.Obj rename(ApiRequest request) {
        String name = Bodies.text(request.body(), "name");
        AgentDecision decision = Bodies.tried(() -> decisions.rename(request.name(), name, Audited.who(request)));
        return told(decision, request.name(), "is now agent/" + name);
    }

    private Json.Obj retire(ApiRequest request) {
        if (request.body().boolOr("removeWorkloads", false)) {
            return told(
                    decisions.empty(request.name(), Audited.who(request)),
                    request.name(),
                    "gives up what it runs (volumes stay), and is retired when all of it is gone");
        }
        return told(
                decisions.retire(request.name(), Audited.who(request)),
                request.name(),
                "retired; what runs there goes on");
    }

    private Json.Obj told(AgentDecision decision, String name, String message) {
        return switch (decision) {
            case AgentDecision.Done done -> {
                changed.run();
                yield Json.object().put("message", message).build();
            }
            case AgentDecision.NotFound none -> throw missing(name);
            case AgentDecision.Conflict(String detail) -> throw new ApiException(409, ApiReason.CONFLICT, detail, "");
        };
    }

    private AgentRecord find(String name) {
        return agents.findByName(name).orElseThrow(() -> missing(name));
    }

    private ApiException missing(String name) {
        return agents.list().stream()
                .filter(agent -> agent.name().equals(name))
                .findFirst()
                .map(
                        gone -> new ApiException(
                                404,
                                ApiReason.NOT_FOUND,
                                "agent " + name + " was " + gone.state().text(),
                                "if it shall come back: wherry-agent leave at the site, then join with a new token (wherry token create)"))
                .orElseGet(() -> Bodies.missing(
                        "agent",
                        name,
                        agents.list().stream()
                                .map(AgentRecord::name)
                                .filter(known -> agents.findByName(known).isPresent())
                                .toList()));
    }
}
