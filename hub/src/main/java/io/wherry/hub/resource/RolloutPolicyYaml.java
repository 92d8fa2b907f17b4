package io.wherry.hub.resource;

import io.wherry.hub.resource.RolloutPolicy.OnFailure;
import io.wherry.hub.resource.Wave.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the {@code spec} of a rollout policy. */
final class RolloutPolicyYaml {
    private enum Gate {
        AUTO,
        MANUAL
    }

    private static final Map<String, Gate> GATES = Map.of("auto", Gate.AUTO, "manual", Gate.MANUAL);
    private static final SortedMap<String, OnFailure> ON_FAILURE = new TreeMap<>(
            Map.of(OnFailure.PAUSE.word(), OnFailure.PAUSE, OnFailure.REVERT_ALL.word(), OnFailure.REVERT_ALL));
    private static final List<String> SIZES = List.of("targets", "percent", "agentSelector");
    private static final int MAX_TARGETS = 10_000;
    private static final int HUNDRED = 100;

    private RolloutPolicyYaml() {}

    static Optional<RolloutPolicy> read(Metadata metadata, Strict spec) {
        spec.refused("windows", "are the sites' and not a rollout's", "write syncWindows into a Policy");
        List<Wave> waves = spec.has("waves") ? waves(spec) : RolloutPolicy.DEFAULT_WAVES;
        int maxInFlight = (int)
                spec.get().integer("maxInFlight", 1, RolloutPolicy.MAX_IN_FLIGHT, RolloutPolicy.DEFAULT_MAX_IN_FLIGHT);
        Optional<Share> maxFailures = share(spec, "maxFailures", RolloutPolicy.DEFAULT_MAX_FAILURES);
        Optional<Share> minAttempted = share(spec, "minAttempted", RolloutPolicy.DEFAULT_MIN_ATTEMPTED);
        var soak = spec.get().duration("soak", RolloutPolicy.DEFAULT_SOAK);
        var timeLimit = spec.get().duration("timeLimit", RolloutPolicy.DEFAULT_TIME_LIMIT);
        OnFailure onFailure =
                spec.choice("onFailure", ON_FAILURE, List.of("revertWave")).orElse(OnFailure.PAUSE);
        Optional<GroupBudget> budget = budget(spec);
        int approvals = (int) spec.get().integer("approvals", 0, Policy.MAX_APPROVALS, 0);
        if (maxFailures.isEmpty() || minAttempted.isEmpty()) {
            return Optional.empty();
        }
        return spec.build(() -> new RolloutPolicy(
                metadata,
                waves,
                maxInFlight,
                maxFailures.get(),
                minAttempted.get(),
                soak,
                timeLimit,
                onFailure,
                budget,
                approvals));
    }

    private static Optional<GroupBudget> budget(Strict spec) {
        int maxUnavailable = (int) spec.get()
                .integer("maxUnavailable", 1, RolloutPolicy.MAX_IN_FLIGHT, GroupBudget.DEFAULT_MAX_UNAVAILABLE);
        Optional<String> label = spec.get().text("groupBy");
        if (label.isEmpty() && spec.has("maxUnavailable") && !spec.has("groupBy")) {
            spec.get()
                    .problem(
                            "maxUnavailable",
                            "counts the targets of a group, and no groupBy says which these are",
                            "add groupBy with the name of a label, like groupBy: site; maxInFlight limits all targets together");
        }
        return label.flatMap(name -> spec.build(() -> new GroupBudget(name, maxUnavailable)));
    }

    private static List<Wave> waves(Strict spec) {
        List<Wave> waves = new ArrayList<>();
        for (Strict fields : spec.list("waves")) {
            String name = fields.get().requireText("name");
            boolean gated = fields.choice("gate", GATES, List.of()).orElse(Gate.AUTO) == Gate.MANUAL;
            size(fields)
                    .filter(size -> !name.isEmpty())
                    .flatMap(size -> fields.build(() -> new Wave(name, size, gated)))
                    .ifPresent(waves::add);
        }
        return waves;
    }

    private static Optional<Size> size(Strict fields) {
        List<String> said = SIZES.stream().filter(fields::has).toList();
        Optional<Selector> selector = SelectorYaml.read(fields, "agentSelector");
        long targets = fields.get().integer("targets", 1, MAX_TARGETS, 1);
        long percent = fields.get().integer("percent", 1, HUNDRED, 1);
        if (said.size() != 1) {
            fields.problems()
                    .add(
                            fields.at(),
                            "wave: says " + (said.isEmpty() ? "not which targets" : String.join(" and ", said)),
                            "write one of " + String.join(", ", SIZES));
            return Optional.empty();
        }
        return switch (said.getFirst()) {
            case "targets" -> Optional.of(new Size.Count((int) targets));
            case "percent" -> Optional.of(new Size.UpTo((int) percent));
            default -> selector.map(Size.Selected::new);
        };
    }

    private static Optional<Share> share(Strict spec, String key, Share absent) {
        return spec.has(key) ? spec.get().parsed(key, Share::parse) : Optional.of(absent);
    }
}
