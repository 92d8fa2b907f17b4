package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.kubernetes.Sightings.Known;
import io.wherry.agent.runtime.kubernetes.drift.Drift;
import io.wherry.agent.runtime.kubernetes.drift.DriftRules;
import io.wherry.agent.runtime.kubernetes.drift.TakeBack;
import io.wherry.base.Workers;
import io.wherry.contract.Difference;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Looks field by field where a stack's objects are not as declared, asking the API server of what has changed since the look before alone. */
final class DriftLook {
    private final ClusterApi api;
    private final Marks marks;
    private final Sightings sightings;
    private final DriftRules rules;
    private final Moves moves;

    /** @param moves what is left to another stack of this agent */
    DriftLook(ClusterApi api, Marks marks, Sightings sightings, DriftRules rules, Moves moves) {
        this.api = api;
        this.marks = marks;
        this.sightings = sightings;
        this.rules = rules;
        this.moves = moves;
    }

    /** By object, then by field. */
    List<Difference> at(List<Declared> declared) {
        Map<ObjectName, Known> known = sightings.look(api, declared, marks.selector());
        List<Callable<List<Difference>>> tasks = new ArrayList<>();
        List<Difference> found = new ArrayList<>();
        for (Declared one : declared) {
            Optional.ofNullable(known.get(one.key()))
                    .flatMap(Known::differences)
                    .ifPresentOrElse(found::addAll, () -> tasks.add(() -> FreshLook.each(() -> at(one))));
        }
        Workers.sideBySide(Trials.SIDE_BY_SIDE, "kubernetes-diff", tasks).forEach(found::addAll);
        found.sort(Comparator.comparing(Difference::object).thenComparing(Difference::field));
        return List.copyOf(found);
    }

    private List<Difference> at(Declared declared) {
        String name = declared.key().toString();
        Optional<Json.Obj> live = declared.served() ? api.find(declared.kind(), declared.key()) : Optional.empty();
        if (live.isEmpty()) {
            return declared.goesWhenFinished() ? List.of() : List.of(Drift.missing(name));
        }
        if (moves.isLeft(declared.key(), live.get())) {
            return List.of();
        }
        Json.Obj marked = marks.asBefore(declared.object(), live.get());
        try {
            Json.Obj dry = api.apply(declared.kind(), declared.key(), marked, ClusterApi.Force.YES, true);
            DriftRules its = new Autoscalers(api).rules(declared, live.get(), rules);
            Optional<Json.Obj> takenBack = TakeBack.patch(live.get(), dry, its)
                    .map(patch -> api.tryPatch(declared.kind(), declared.key(), patch));
            List<Difference> differences = Drift.of(name, marked, live.get(), dry, takenBack, its);
            boolean kept = differences.isEmpty() && takenBack.isEmpty() && Same.of(live.get(), dry);
            if (!Autoscalers.decide(declared, live.get(), rules)) {
                remember(declared, live.get(), kept, differences);
            }
            return differences;
        } catch (ApiException e) {
            if (!e.isVerdict()) {
                throw e;
            }
            Optional<Room> room =
                    marks.isOurs(live.get()) ? Room.find(api, declared, live.get(), rules, e) : Optional.empty();
            if (room.isPresent()) {
                Json.Obj after = room.get().after();
                return Drift.of(name, marked, live.get(), after, Optional.of(after), rules);
            }
            return List.of(new Difference(name, "state", "as declared", brief(String.valueOf(e.getMessage()))));
        }
    }

    private void remember(Declared declared, Json.Obj live, boolean kept, List<Difference> differences) {
        if (kept) {
            sightings.keeps(declared, live);
        } else {
            sightings.differs(declared, live, differences);
        }
    }

    private static String brief(String text) {
        return text.length() <= 200 ? text : text.substring(0, 199) + "…";
    }
}
