package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** What people added to an object by hand: theirs alone, declared by nobody, and no controller's. */
final class Undeclared {
    /** Who is told to have scaled to nothing: the API server keeps no owner of that, and no controller does it without an autoscaler. */
    private static final String SCALE = "kubectl scale";

    private static final FieldSet REPLICAS = FieldSet.parse(Json.object()
            .put(
                    "f:spec",
                    Json.object().put("f:replicas", Json.object().build()).build())
            .build());

    private Undeclared() {}

    /**
     * Whether a workload has 0 replicas that nobody owns. {@code kubectl scale --replicas=0} leaves no owner: in what it sends a number of 0 is left out.
     */
    static boolean isScaledToNothing(Json.Obj live, List<Managed> all) {
        boolean none = live.findObject("spec")
                .flatMap(spec -> spec.find("replicas"))
                .filter(replicas -> replicas instanceof Json.Int(long count) && count == 0)
                .isPresent();
        return none
                && !all.isEmpty() // an API that keeps no owners tells nothing
                && all.stream()
                        .noneMatch(managed -> REPLICAS.minus(managed.fields()).isEmpty());
    }

    /** One manager's additions. */
    record ByHand(String manager, FieldSet fields) {}

    /** @param declared what the release declares, also where people have taken it over since */
    static List<ByHand> of(Json.Obj live, FieldSet declared, DriftRules rules) {
        List<Managed> all = Managed.of(live);
        FieldSet others = others(all, rules).plus(declared);
        List<ByHand> added = new ArrayList<>();
        for (Managed managed : all) {
            if (rules.isByHand(managed)) {
                managed.fields().minus(others).ifPresent(fields -> added.add(new ByHand(managed.manager(), fields)));
            }
        }
        if (rules.takesScaleBack() && isScaledToNothing(live, all)) {
            REPLICAS.minus(others).ifPresent(fields -> added.add(new ByHand(SCALE, fields)));
        }
        return added;
    }

    /** What is not only people's: the agent's, a controller's, or set through a subresource such as {@code status}. */
    static FieldSet others(List<Managed> all, DriftRules rules) {
        return all.stream()
                .filter(managed -> !rules.isByHand(managed))
                .map(Managed::fields)
                .reduce(FieldSet.NONE, FieldSet::plus);
    }

    /** As if an apply of the object had been noted: each field on its own, lists whole. */
    static FieldSet ownersOf(Json value) {
        if (!(value instanceof Json.Obj(SequencedMap<String, Json> fields)) || fields.isEmpty()) {
            return new FieldSet(true, new LinkedHashMap<>());
        }
        SequencedMap<PathElement, FieldSet> children = new LinkedHashMap<>();
        fields.forEach((name, inner) -> children.put(new PathElement.Field(name), ownersOf(inner)));
        return new FieldSet(false, children);
    }
}
