package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How new content goes to its targets in waves. */
final class RolloutPages {
    /** Earlier rollouts of a stack that are shown. */
    private static final int MAX_EARLIER = 10;

    /** Targets of the newest rollout that are shown, failed ones first. */
    private static final int MAX_TARGETS = 200;

    private static final Set<String> OVER = Set.of("succeeded", "aborted", "reverted", "superseded");

    private static final List<String> ORDER =
            List.of("failed", "kept", "silent", "working", "waiting", "queued", "succeeded");

    private RolloutPages() {}

    /** One rollout. */
    record Summary(
            String stack,
            String address,
            long number,
            long revision,
            String policy,
            State state,
            Cause cause,
            String phase,
            String begun,
            String since,
            String actor,
            List<Wave> waves) {
        boolean isOver() {
            return OVER.contains(phase);
        }
    }

    /** @param now whether it is the present one */
    record Wave(String name, String gate, boolean now, List<FleetPage.Count> counts) {}

    record TargetRow(String agent, String address, String wave, State state, String message) {}

    record View(
            String stack,
            Optional<Summary> newest,
            List<TargetRow> targets,
            long left,
            List<Summary> earlier,
            List<Visit.Button> buttons) {}

    static Reply.Page list(Visit visit) {
        List<Summary> all = visit.get("/rollouts").objects("items").stream()
                .map(RolloutPages::summary)
                .sorted(Comparator.comparing(Summary::isOver).thenComparing(Summary::stack))
                .limit(MAX_TARGETS)
                .toList();
        return Reply.Page.live("rollouts", "Rollouts", out -> JterolloutsGenerated.render(out, null, all));
    }

    /** Empty if the stack has none. */
    static Optional<Summary> newest(Visit visit, String stack) {
        return visit.get("/stacks/" + Form.encode(stack) + "/rollouts").objects("items").stream()
                .findFirst()
                .map(RolloutPages::summary);
    }

    static Reply.Page one(Visit visit, String stack) {
        List<Json.Obj> items =
                visit.get("/stacks/" + Form.encode(stack) + "/rollouts").objects("items");
        Optional<Summary> newest = items.stream().findFirst().map(RolloutPages::summary);
        List<TargetRow> targets =
                items.stream().findFirst().map(one -> one.objects("targets")).orElse(List.of()).stream()
                        .sorted(Comparator.comparingInt((Json.Obj target) -> ORDER.indexOf(target.string("progress")))
                                .thenComparing(target -> target.string("agent")))
                        .map(RolloutPages::target)
                        .toList();
        View view = new View(
                stack,
                newest,
                targets.stream().limit(MAX_TARGETS).toList(),
                Math.max(0, targets.size() - MAX_TARGETS),
                items.stream()
                        .skip(1)
                        .limit(MAX_EARLIER)
                        .map(RolloutPages::summary)
                        .toList(),
                newest.map(summary -> buttons(visit, stack, summary)).orElse(List.of()));
        return Reply.Page.live("rollouts", "Rollout of " + stack, out -> JterolloutGenerated.render(out, null, view));
    }

    /** Those that the state of the rollout allows. */
    static List<Visit.Button> buttons(Visit visit, String stack, Summary rollout) {
        return switch (rollout.phase()) {
            case "paused" -> visit.buttons(stack, Act.ROLLOUT_RESUME, Act.ROLLOUT_RETRY, Act.ROLLOUT_ABORT);
            case "gated" -> visit.buttons(stack, Act.ROLLOUT_PROMOTE, Act.ROLLOUT_PAUSE, Act.ROLLOUT_ABORT);
            case "running", "soaking" ->
                visit.buttons(stack, Act.ROLLOUT_PROMOTE, Act.ROLLOUT_PAUSE, Act.ROLLOUT_RETRY, Act.ROLLOUT_ABORT);
            case "straggling" -> visit.buttons(stack, Act.ROLLOUT_RETRY, Act.ROLLOUT_ABORT);
            case "aborted", "reverted" -> visit.buttons(stack, Act.ROLLOUT_START);
            default -> List.of();
        };
    }

    private static Summary summary(Json.Obj one) {
        String phase = one.string("state");
        String present = one.findString("wave").orElse("");
        List<Wave> waves = new ArrayList<>();
        for (Json.Obj wave : one.objects("waves")) {
            List<FleetPage.Count> counts = new ArrayList<>();
            wave.fields().keySet().stream()
                    .filter(key -> !Set.of("name", "gate").contains(key))
                    .forEach(key -> {
                        if (wave.integer(key) > 0) {
                            counts.add(new FleetPage.Count(wave.integer(key), progress(key)));
                        }
                    });
            waves.add(new Wave(
                    wave.string("name"),
                    wave.string("gate").equals("manual") ? "begins on a person's word" : "",
                    wave.string("name").equals(present) && !OVER.contains(phase),
                    counts));
        }
        String stack = one.string("stack");
        return new Summary(
                stack,
                Link.to("stacks", stack) + "/rollout",
                one.integer("number"),
                one.integer("revision"),
                one.string("policy"),
                state(phase),
                Cause.of(one),
                phase,
                one.string("begunAt"),
                one.string("since"),
                one.findString("actor").orElse(""),
                waves);
    }

    private static State state(String phase) {
        return switch (phase) {
            case "succeeded" -> State.good("Succeeded");
            case "running" -> new State("working", "…", "Running");
            case "soaking" -> new State("working", "…", "Watching");
            case "straggling" -> new State("working", "…", "Straggling");
            case "gated" -> State.waiting("Waits for a word");
            case "paused" -> State.bad("Paused");
            case "aborted" -> State.bad("Ended");
            case "reverting" -> new State("working", "…", "Going back");
            case "reverted" -> State.bad("Went back");
            case "superseded" -> State.unknown("Superseded");
            default -> State.unknown(phase);
        };
    }

    private static State progress(String word) {
        return switch (word) {
            case "succeeded" -> State.good("healthy");
            case "failed" -> State.bad("failed");
            case "silent" -> State.offline("offline");
            case "waiting" -> State.waiting("outside of its window");
            case "queued" -> State.waiting("queued");
            case "kept" -> State.unknown("kept from it");
            default -> new State("working", "…", word);
        };
    }

    private static TargetRow target(Json.Obj target) {
        String agent = target.string("agent");
        return new TargetRow(
                agent,
                Link.to("agents", agent),
                target.string("wave"),
                progress(target.string("progress")),
                target.findString("message").orElse(""));
    }
}
