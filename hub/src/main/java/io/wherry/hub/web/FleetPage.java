package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The first page: what is wrong and where, in a sentence; then counts; then the agents. */
final class FleetPage {
    /** Names in the sentence; the list below it has more. */
    private static final int MAX_NAMED = 3;

    /** What failed before what waits, and that before what is only silent. */
    private static final List<String> WORST_FIRST = List.of("bad", "unknown", "waiting", "offline", "working", "good");

    private final Glance glance;

    FleetPage(Glance glance) {
        this.glance = glance;
    }

    /** @param problems what is not well, with one cause together, at most as many as the REST names */
    record View(String headline, boolean well, List<Group> problems, List<Tile> tiles, AgentPages.Table agents) {}

    /** One thing that is not well. */
    record Problem(String object, String address, State state, Cause cause) {}

    /** Things of one kind that are not well for one reason; the cause is that of the first. */
    record Group(State state, Cause cause, List<Problem> members) {}

    /** Counts of one kind. */
    record Tile(String name, String address, long total, List<Count> counts) {}

    record Count(long number, State state) {}

    Reply.Page show(Visit visit) {
        Json.Obj status = glance.of(visit);
        List<Problem> problems = problems(status);
        View view = new View(
                headline(status, problems),
                problems.isEmpty(),
                grouped(problems),
                tiles(status),
                AgentPages.table(visit, "/", "agents-heading"));
        return Reply.Page.live("fleet", "Fleet", out -> JtefleetGenerated.render(out, null, view));
    }

    private static List<Problem> problems(Json.Obj status) {
        List<Problem> problems = new ArrayList<>();
        for (Json.Obj one : status.objects("problems")) {
            String object = one.string("object");
            problems.add(new Problem(
                    object,
                    Link.toObject(object),
                    object.startsWith("agent/") ? State.agent(one) : State.of(one),
                    Cause.of(one)));
        }
        return problems;
    }

    /** Agents that are silent are one line, however many they are; what failed is told one by one. */
    private static List<Group> grouped(List<Problem> problems) {
        Map<String, List<Problem>> groups = new LinkedHashMap<>();
        for (Problem problem : problems) {
            boolean together = problem.state().level().equals("offline");
            groups.computeIfAbsent(together ? problem.cause().reason() : problem.object(), _ -> new ArrayList<>())
                    .add(problem);
        }
        return groups.values().stream()
                .map(members ->
                        new Group(members.getFirst().state(), members.getFirst().cause(), List.copyOf(members)))
                .sorted(Comparator.comparingInt(
                        group -> WORST_FIRST.indexOf(group.state().level())))
                .toList();
    }

    /** {@code 2 stacks need a look (shop, web); 1 agent is offline (oslo-1). 3 of 5 stacks healthy, 7 of 8 agents ready.} */
    private static String headline(Json.Obj status, List<Problem> problems) {
        Tally tally = Tally.of(status);
        List<String> parts = new ArrayList<>();
        add(parts, tally.stacksBad, "stack needs a look", "stacks need a look", named(problems, "stack/", "bad"));
        add(
                parts,
                tally.stacksWaiting,
                "stack waits for a person",
                "stacks wait for a person",
                named(problems, "stack/", "waiting"));
        add(
                parts,
                tally.stacksUnknown,
                "stack is not known",
                "stacks are not known",
                named(problems, "stack/", "unknown"));
        add(
                parts,
                tally.sourcesBad,
                "source cannot be read",
                "sources cannot be read",
                named(problems, "source/", "bad"));
        add(parts, tally.agentsFailing, "agent needs a look", "agents need a look", named(problems, "agent/", "bad"));
        add(parts, tally.agentsOffline, "agent is offline", "agents are offline", named(problems, "agent/", "offline"));
        add(
                parts,
                tally.agentsWaiting,
                "agent waits to be let in",
                "agents wait to be let in",
                named(problems, "agent/", "waiting"));
        String counts = tally.stacksGood + " of " + tally.stacks + " stacks healthy, " + tally.agentsReady + " of "
                + tally.agents + " agents ready.";
        return parts.isEmpty() ? "Nothing needs a look. " + counts : String.join("; ", parts) + ". " + counts;
    }

    private static void add(List<String> parts, long count, String one, String many, List<String> names) {
        if (count > 0) {
            long more = count - names.size();
            parts.add(count + " " + (count == 1 ? one : many)
                    + (names.isEmpty()
                            ? ""
                            : " (" + String.join(", ", names) + (more > 0 ? " and " + more + " more" : "") + ")"));
        }
    }

    private static List<String> named(List<Problem> problems, String kind, String level) {
        return problems.stream()
                .filter(problem -> problem.object().startsWith(kind)
                        && problem.state().level().equals(level))
                .map(problem -> problem.object().substring(kind.length()))
                .limit(MAX_NAMED)
                .toList();
    }

    private static List<Tile> tiles(Json.Obj status) {
        Tally tally = Tally.of(status);
        return List.of(
                tile(
                        "Stacks",
                        "/stacks",
                        tally.stacks,
                        new Count(tally.stacksBad, State.bad("need a look")),
                        new Count(tally.stacksWaiting, State.waiting("wait for a person")),
                        new Count(tally.stacksUnknown, State.unknown("unknown")),
                        new Count(tally.stacksWorking, new State("working", "…", "under way")),
                        new Count(tally.stacksGood, State.good("healthy"))),
                tile(
                        "Agents",
                        "/agents",
                        tally.agents,
                        new Count(tally.agentsFailing, State.bad("need a look")),
                        new Count(tally.agentsOffline, State.offline("offline")),
                        new Count(tally.agentsWaiting, State.waiting("wait to be let in")),
                        new Count(tally.agentsReady, State.good("ready"))),
                tile(
                        "Sources",
                        "/sources",
                        tally.sources,
                        new Count(tally.sourcesBad, State.bad("cannot be read")),
                        new Count(tally.sources - tally.sourcesBad - tally.sourcesGood, State.unknown("not checked")),
                        new Count(tally.sourcesGood, State.good("ready"))));
    }

    private static Tile tile(String name, String address, long total, Count... counts) {
        return new Tile(
                name,
                address,
                total,
                List.of(counts).stream().filter(count -> count.number() > 0).toList());
    }

    /** All of them, not only those that the list of problems has room for. */
    private record Tally(
            long stacks,
            long stacksGood,
            long stacksWorking,
            long stacksBad,
            long stacksWaiting,
            long stacksUnknown,
            long agents,
            long agentsReady,
            long agentsOffline,
            long agentsWaiting,
            long agentsFailing,
            long sources,
            long sourcesGood,
            long sourcesBad) {
        static Tally of(Json.Obj status) {
            Map<String, Long> stacks = new TreeMap<>();
            status.objects("stacks")
                    .forEach(stack -> stacks.merge(State.of(stack).level(), 1L, Long::sum));
            Map<String, Long> agents = new TreeMap<>();
            Json.Obj reasons = status.object("agentsByReason");
            reasons.fields()
                    .keySet()
                    .forEach(reason -> agents.merge(
                            reason.equals("AllGood")
                                    ? "ready"
                                    : State.isSilent(reason)
                                            ? "offline"
                                            : reason.equals("NotApproved") ? "waiting" : "failing",
                            reasons.integer(reason),
                            Long::sum));
            Json.Obj sources = status.object("sourcesByLevel");
            return new Tally(
                    sum(stacks),
                    stacks.getOrDefault("good", 0L),
                    stacks.getOrDefault("working", 0L),
                    stacks.getOrDefault("bad", 0L),
                    stacks.getOrDefault("waiting", 0L),
                    stacks.getOrDefault("unknown", 0L),
                    sum(agents),
                    agents.getOrDefault("ready", 0L),
                    agents.getOrDefault("offline", 0L),
                    agents.getOrDefault("waiting", 0L),
                    agents.getOrDefault("failing", 0L),
                    sources.fields().keySet().stream()
                            .mapToLong(sources::integer)
                            .sum(),
                    sources.integerOr("good", 0),
                    sources.integerOr("bad", 0));
        }

        private static long sum(Map<String, Long> counts) {
            return counts.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
