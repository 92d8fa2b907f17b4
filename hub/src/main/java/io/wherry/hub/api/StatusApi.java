package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentState;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.status.AgentStatus;
import io.wherry.hub.status.FleetStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The whole fleet in one answer: a sentence, each stack's counts, and what is not well by name. */
final class StatusApi {
    /** Problems listed; a fleet with more has one cause, which shows in the first few. */
    private static final int MAX_PROBLEMS = 100;

    private final ResourceRepository resources;
    private final FleetStatus fleet;
    private final StatusView view;

    StatusApi(ResourceRepository resources, FleetStatus fleet, StatusView view) {
        this.resources = resources;
        this.fleet = fleet;
        this.view = view;
    }

    List<Route> routes() {
        return List.of(Route.of("GET", "/status", "The whole fleet at a glance", request -> status()));
    }

    private Json.Obj status() {
        List<Json> stacks = new ArrayList<>();
        Problems problems = new Problems();
        int well = 0;
        List<Stored<Stack>> all = resources.all(Stack.class);
        for (Stored<Stack> stored : all) {
            Json.Obj status = view.glance(stored);
            well += status.string("level").equals("good") ? 1 : 0;
            stacks.add(with(stored.name(), status));
            problems.look("stack/" + stored.name(), status);
        }
        List<AgentStatus> agents = fleet.agents();
        int connected = 0;
        List<Json> joinRequests = new ArrayList<>();
        Map<String, Integer> byReason = new TreeMap<>();
        for (AgentStatus agent : agents) {
            String level = StatusView.level(agent.conditions());
            connected += level.equals("good") ? 1 : 0;
            byReason.merge(agent.reason(), 1, Integer::sum);
            problems.look("agent/" + agent.agent().name(), level, agent.reason(), () -> StatusView.glance(agent)
                    .build());
            if (agent.agent().state() == AgentState.PENDING && joinRequests.size() < MAX_PROBLEMS) {
                joinRequests.add(joinRequest(agent.agent()));
            }
        }
        Map<String, Integer> byLevel = new TreeMap<>();
        for (Stored<Source> stored : resources.all(Source.class)) {
            Json.Obj status = view.of(stored);
            byLevel.merge(status.string("level"), 1, Integer::sum);
            problems.look("source/" + stored.name(), status);
        }
        return Json.object()
                .put(
                        "summary",
                        well + " of " + all.size() + " stacks healthy, " + connected + " of " + agents.size()
                                + " agents ready"
                                + (problems.count == 0
                                        ? "."
                                        : ", " + problems.count
                                                + (problems.count == 1 ? " thing needs" : " things need")
                                                + " a look."))
                .put("stacks", new Json.Arr(stacks))
                .put("agentsByReason", counts(byReason))
                .put("sourcesByLevel", counts(byLevel))
                .put("joinRequests", new Json.Arr(joinRequests))
                .put("problems", new Json.Arr(problems.shown))
                .build();
    }

    private static Json joinRequest(AgentRecord agent) {
        return Json.object()
                .put("agent", agent.name())
                .put("fingerprint", agent.fingerprint())
                .put("environment", agent.environment())
                .put("hostname", agent.facts().hostname())
                .put("since", agent.created().toString())
                .build();
    }

    private static Json.Obj counts(Map<String, Integer> counts) {
        Json.Builder json = Json.object();
        counts.forEach((name, count) -> json.put(name, count.longValue()));
        return json.build();
    }

    private static Json with(String name, Json.Obj status) {
        Json.Builder json = Json.object().put("name", name);
        status.fields().forEach(json::put);
        return json.build();
    }

    /** What needs a look: all of it is counted, as much as a person reads is shown. */
    private static final class Problems {
        private final List<Json> shown = new ArrayList<>();
        private int count;

        void look(String object, Json.Obj status) {
            look(
                    object,
                    status.findString("level").orElse(""),
                    status.findString("reason").orElse(SourceView.GOOD),
                    () -> status);
        }

        /** @param status asked for what is shown only: of ten thousand agents that are away it would be most of the work */
        void look(String object, String level, String reason, Supplier<Json.Obj> status) {
            boolean silent = level.equals("unknown") && !reason.equals(SourceView.GOOD);
            if (!level.equals("bad") && !silent) {
                return;
            }
            count++;
            if (shown.size() < MAX_PROBLEMS) {
                Json.Obj told = status.get();
                shown.add(Json.object()
                        .put("object", object)
                        .put("level", level)
                        .put("phase", told.findString("phase").orElse(""))
                        .put("reason", told.findString("reason").orElse(""))
                        .put("message", told.findString("message").orElse(""))
                        .put("hint", told.findString("hint").orElse(""))
                        .build());
            }
        }
    }
}
