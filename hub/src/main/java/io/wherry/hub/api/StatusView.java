package io.wherry.hub.api;

import io.wherry.contract.AgentId;
import io.wherry.contract.Gap;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.hub.configuration.ConfigurationStatus;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Condition;
import io.wherry.hub.resource.Group;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.source.SourceChecks;
import io.wherry.hub.status.AgentStatus;
import io.wherry.hub.status.FleetStatus;
import io.wherry.hub.status.LiveProgress;
import io.wherry.hub.status.StackState;
import io.wherry.hub.status.StackStatus;
import io.wherry.hub.status.TargetStatus;
import io.wherry.hub.sync.PolicyReach;
import io.wherry.hub.sync.SourceCharts;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The status of each kind as JSON: phase, level, reason, cause, next command, conditions. */
final class StatusView implements ResourcesApi.Statuses {
    private final FleetStatus fleet;
    private final Doing doing;
    private final ResourceRepository resources;
    private final InstantSource clock;

    /** What is under way: checks of sources, and what agents say they are doing just now. */
    record Doing(
            SourceChecks checks,
            Function<String, Optional<ConfigurationStatus>> configuration,
            Function<Source, SourceCharts> charts,
            LiveProgress progress,
            AgentRepository agents,
            Function<StackId, Optional<String>> lookedAt,
            Function<String, PolicyReach> reach) {}

    StatusView(FleetStatus fleet, Doing doing, ResourceRepository resources, InstantSource clock) {
        this.fleet = fleet;
        this.doing = doing;
        this.resources = resources;
        this.clock = clock;
    }

    /** Groups look at all agents, and rollout policies at all stacks: these are read once for a page, and not once for each on it. */
    @Override
    public List<Json.Obj> of(List<Stored<Resource>> page) {
        if (page.stream().allMatch(stored -> stored.resource() instanceof Agent)) {
            return agents(page.stream().map(Stored::name).toList());
        }
        boolean groups = page.stream().anyMatch(stored -> stored.resource() instanceof Group);
        boolean policies = page.stream().anyMatch(stored -> stored.resource() instanceof RolloutPolicy);
        List<Stored<Agent>> agents = groups ? resources.all(Agent.class) : List.of();
        List<Stored<Stack>> stacks = policies ? resources.all(Stack.class) : List.of();
        return page.stream()
                .map(stored -> of(stored, () -> agents, () -> stacks))
                .toList();
    }

    @Override
    public Json.Obj of(Stored<? extends Resource> stored) {
        return of(stored, () -> resources.all(Agent.class), () -> resources.all(Stack.class));
    }

    private Json.Obj of(
            Stored<? extends Resource> stored,
            Supplier<List<Stored<Agent>>> agents,
            Supplier<List<Stored<Stack>>> stacks) {
        return switch (stored.resource()) {
            case Source source
            when source.type().holdsCharts() ->
                ChartSourceView.of(source, doing.charts().apply(source));
            case Source source ->
                SourceView.of(
                        source,
                        doing.checks().status(stored.uid()),
                        doing.configuration().apply(stored.uid()),
                        clock.instant());
            case Stack stack -> stack(status(stored), stored.deleting().isPresent());
            case Agent agent -> agents(List.of(agent.name())).getFirst();
            case Group group -> group(group, agents.get());
            case RolloutPolicy policy -> policy(policy, stacks.get());
            case Policy policy -> reach(doing.reach().apply(policy.name()), policy);
        };
    }

    private List<Json.Obj> agents(List<String> names) {
        List<AgentRecord> known = names.stream()
                .flatMap(name -> doing.agents().findByName(name).stream())
                .toList();
        Map<AgentId, List<TargetStatus>> targets =
                fleet.targetsOf(known.stream().map(AgentRecord::id).toList());
        Map<String, Json.Obj> told = new HashMap<>();
        fleet.agents(known)
                .forEach(status -> told.put(
                        status.agent().name(),
                        agent(status, targets.getOrDefault(status.agent().id(), List.of()))));
        Json.Obj nothing = Json.object().build();
        return names.stream().map(name -> told.getOrDefault(name, nothing)).toList();
    }

    /** Good, working, bad or unknown: what decides the glyph. */
    static String level(List<Condition> conditions) {
        Condition ready = find(conditions, "Ready");
        boolean working = is(conditions, "Reconciling") && !is(conditions, "Stalled");
        return switch (ready.status()) {
            case TRUE -> "good";
            case FALSE -> working ? "working" : "bad";
            case UNKNOWN -> working ? "working" : "unknown";
        };
    }

    private static Condition find(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("condition: " + type + " (expected: every kind has it)"));
    }

    private static boolean is(List<Condition> conditions, String type) {
        return conditions.stream()
                .anyMatch(condition -> condition.type().equals(type) && condition.status() == Condition.Status.TRUE);
    }

    private StackStatus status(Stored<? extends Resource> stack) {
        return fleet.stack(StackId.parse(stack.uid()), stack.name());
    }

    /** What decides how a stack is shown, without its conditions and what each of its agents says: of ten thousand that is twelve megabytes. */
    Json.Obj glance(Stored<Stack> stack) {
        return glance(status(stack), stack.deleting().isPresent()).build();
    }

    private Json.Builder glance(StackStatus status, boolean leaving) {
        String level = StackState.passes(status.reason()) ? "working" : level(status.conditions());
        Json.Builder json = Json.object()
                .put("phase", leaving ? "Removing" : status.phase())
                .put("level", leaving ? "working" : level)
                .put("final", level.equals("bad"))
                .put("reason", status.reason())
                .put("message", status.message())
                .put("hint", status.next())
                .put("revision", status.state().commit())
                .put("number", status.state().revision())
                .put("pinned", status.state().pinned())
                .put("notes", notes(status))
                .put("healthy", status.healthy())
                .put("targets", status.targets().size());
        if (status.state().waitsFor().isEmpty() && !status.state().pinned()) {
            doing.lookedAt().apply(status.state().stack()).ifPresent(commit -> json.put("inForce", commit));
        }
        time(json, "asOf", status.asOf());
        return json;
    }

    @Override
    public Json.Obj brief(Stored<? extends Resource> stack) {
        return brief(status(stack), stack.deleting().isPresent()).build();
    }

    private static long unsettled(StackStatus status) {
        return status.targets().stream()
                .map(TargetStatus::conditions)
                .filter(conditions -> is(conditions, "Reconciling") || is(conditions, "Stalled"))
                .count();
    }

    private Json.Builder brief(StackStatus status, boolean leaving) {
        return glance(status, leaving)
                .put("unsettled", unsettled(status))
                .put("conditions", conditions(status.conditions()));
    }

    private Json.Obj stack(StackStatus status, boolean leaving) {
        List<Json> agents = new ArrayList<>();
        status.targets().forEach(target -> agents.add(target(target)));
        return brief(status, leaving).put("agents", new Json.Arr(agents)).build();
    }

    /** What was noted at any of its targets; what is about one image stays with the target. */
    private static List<String> notes(StackStatus status) {
        return status.targets().stream()
                .flatMap(target -> target.notes().stream())
                .filter(note -> !note.contains(":"))
                .distinct()
                .toList();
    }

    private Json target(TargetStatus target) {
        List<Json> differences = new ArrayList<>();
        target.differences()
                .forEach(difference -> differences.add(Json.object()
                        .put("object", difference.object())
                        .put("field", difference.field())
                        .put("wanted", difference.wanted())
                        .put("found", difference.found())
                        .build()));
        Optional<LiveProgress.Progress> live = is(target.conditions(), "Reconciling")
                ? doing.progress().of(target.agent(), target.stack())
                : Optional.empty();
        Json.Builder json = Json.object()
                .put("agent", target.agentName())
                .put("phase", live.map(LiveProgress.Progress::phase).orElse(target.phase()))
                .put("level", level(target.conditions()))
                .put(
                        "reason",
                        live.map(LiveProgress.Progress::reason)
                                .filter(r -> !r.isEmpty())
                                .orElse(target.reason()))
                .put(
                        "message",
                        live.map(LiveProgress.Progress::message)
                                .filter(m -> !m.isEmpty())
                                .orElse(target.message()))
                .put("hint", target.next())
                .put("notes", target.notes())
                .put("revision", target.revision());
        time(json, "asOf", target.asOf());
        return json.put("differences", new Json.Arr(differences))
                .put(
                        "gaps",
                        new Json.Arr(
                                target.gaps().stream().<Json>map(Gap::toJson).toList()))
                .put("conditions", conditions(target.conditions()))
                .build();
    }

    /** What decides how an agent is shown, without what it is and has. */
    static Json.Builder glance(AgentStatus status) {
        String level = level(status.conditions());
        return Json.object()
                .put("phase", phase(status, level))
                .put("level", level)
                .put("reason", status.reason())
                .put("message", status.message())
                .put("hint", status.next());
    }

    private static Json.Obj agent(AgentStatus status, List<TargetStatus> targets) {
        var facts = status.agent().facts();
        Json.Builder json = glance(status)
                .put("runtime", facts.runtime())
                .put("runtimeVersion", facts.runtimeVersion())
                .put("version", facts.agentVersion())
                .put("platform", facts.platform())
                .put("hostname", facts.hostname())
                .put("environment", status.agent().environment());
        if (!facts.timeZone().isEmpty()) {
            json.put("timeZone", facts.timeZone());
        }
        if (facts.swarmManager()) {
            json.put("swarmManager", true);
        }
        status.pausedUntil().ifPresent(until -> json.put("pausedUntil", until.toString()));
        if (!status.agent().fingerprint().isEmpty()) {
            json.put("fingerprint", status.agent().fingerprint());
        }
        status.lastHeard().ifPresent(at -> json.put("lastSeen", at.toString()));
        status.agent().certificateExpires().ifPresent(at -> json.put("certificateExpires", at.toString()));
        List<Json> stacks = new ArrayList<>();
        targets.forEach(target -> stacks.add(Json.object()
                .put("stack", target.stackName())
                .put("phase", target.phase())
                .put("level", level(target.conditions()))
                .build()));
        return json.put("stacks", new Json.Arr(stacks))
                .put("conditions", conditions(status.conditions()))
                .build();
    }

    private static String phase(AgentStatus status, String level) {
        return switch (level) {
            case "good" -> "Ready";
            case "unknown" -> "Unknown";
            default -> status.reason();
        };
    }

    private static Json.Obj group(Group group, List<Stored<Agent>> agents) {
        List<String> members = agents.stream()
                .map(Stored::resource)
                .filter(group::has)
                .map(Agent::name)
                .sorted()
                .toList();
        return Json.object()
                .put("members", members)
                .put(
                        "selector",
                        group.membership() instanceof Group.Membership.Selected(var selector)
                                ? selector.toString()
                                : "")
                .build();
    }

    private static Json.Obj policy(RolloutPolicy policy, List<Stored<Stack>> all) {
        List<String> stacks = all.stream()
                .filter(stack -> stack.resource().apply().rolloutPolicyRef().equals(Optional.of(policy.name())))
                .map(Stored::name)
                .sorted()
                .toList();
        return Json.object().put("stacks", stacks).build();
    }

    private static Json.Obj reach(PolicyReach reach, Policy policy) {
        return Json.object()
                .put("governs", reach.agents())
                .put("refusals", reach.refusals())
                .put("selector", policy.agentSelector().toString())
                .build();
    }

    static Json.Arr conditions(List<Condition> conditions) {
        List<Json> items = new ArrayList<>();
        conditions.forEach(condition -> items.add(condition.toJson()));
        return new Json.Arr(items);
    }

    static void time(Json.Builder json, String key, Instant at) {
        if (at.isAfter(Instant.EPOCH)) {
            json.put(key, at.toString());
        }
    }
}
