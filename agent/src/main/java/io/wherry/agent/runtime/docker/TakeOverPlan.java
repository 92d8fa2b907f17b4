package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Comparison;
import io.wherry.agent.runtime.Comparison.Found;
import io.wherry.agent.runtime.Comparison.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a take-over would do: that of {@link Adoption} and {@link DockerPlanner}, short of doing it. */
final class TakeOverPlan {
    /** Of an image that is not there yet. */
    private static final String TO_BE_PULLED = "to be pulled";

    private final Wanted wanted;
    private final Observed raw;
    private final Adopted before;

    TakeOverPlan(Wanted wanted, Observed raw, Adopted before) {
        this.wanted = wanted;
        this.raw = raw;
        this.before = before;
    }

    /** @param imageIds what the engine has of the wanted images, by reference */
    Comparison of(DockerApi docker, Map<String, String> imageIds) {
        Adoption adoption = new Adoption(docker, wanted, raw, before, Adoption.Purpose.PLAN);
        Optional<Plan.Blocked> blocked = adoption.run();
        if (blocked.isPresent()) {
            return Comparison.blocked(sentence(blocked.get()));
        }
        Map<String, String> ids = new HashMap<>(imageIds);
        wanted.model().services().values().forEach(service -> ids.putIfAbsent(service.image(), TO_BE_PULLED));
        Observed observed = adoption.adopted().over(raw, wanted.deployment().identity());
        return switch (DockerPlanner.plan(wanted, observed, ApplyMode.FULL, ids, DockerPlanner.Adjustments.NONE)) {
            case Plan.Blocked plan -> Comparison.blocked(sentence(plan));
            case Plan.Steps steps -> new Comparison(found(steps), List.of());
        };
    }

    private static String sentence(Plan.Blocked blocked) {
        return blocked.reason().code() + ": " + blocked.detail();
    }

    private List<Found> found(Plan.Steps steps) {
        Map<String, Found> byId = new TreeMap<>();
        steps.all().forEach(step -> {
            Outcome outcome =
                    step instanceof Step.Adjust || step instanceof Step.Restart ? Outcome.ADJUSTED : Outcome.REPLACED;
            touched(step)
                    .forEach(one -> byId.merge(
                            one.id(),
                            new Found(step.object(), one.name(), outcome, why(step)),
                            (first, next) -> first.outcome() == Outcome.REPLACED ? first : next));
        });
        List<Found> found = new ArrayList<>();
        raw.containers().stream()
                .filter(one -> Adopted.isServiceOfPeople(wanted.project(), one))
                .forEach(one -> found.add(outcome(one, Optional.ofNullable(byId.get(one.id())))));
        found.sort(Comparator.comparing(Found::name));
        return found;
    }

    private static String why(Step step) {
        return step.why().replaceFirst("^" + DockerPlanner.TAKEN_OVER, ""); // it is not yet
    }

    private Found outcome(ObservedContainer one, Optional<Found> touched) {
        String object = "service/" + one.service();
        boolean declared = wanted.find(one.service(), one.number()).isPresent();
        return touched.orElseGet(() -> declared
                ? new Found(object, one.name(), Outcome.KEPT, "")
                : new Found(object, one.name(), Outcome.LEFT_OVER, "the files have no such service"));
    }

    private static Stream<ObservedContainer> touched(Step step) {
        return switch (step) {
            case Step.Make make ->
                Stream.concat(make.setAside().stream().map(Step.SetAside::container), make.discard().stream());
            case Step.Swap swap -> Stream.of(swap.old());
            case Step.Restart restart -> Stream.of(restart.container());
            case Step.SetAside aside -> Stream.of(aside.container());
            case Step.Leave leave -> Stream.of(leave.container());
            case Step.Discard discard -> Stream.of(discard.container());
            case Step.BringBack back -> back.discard().stream();
            case Step.Adjust adjust -> Stream.of(adjust.container());
            case Step.CreateShared _, Step.ReplaceNetwork _ -> Stream.empty();
        };
    }
}
