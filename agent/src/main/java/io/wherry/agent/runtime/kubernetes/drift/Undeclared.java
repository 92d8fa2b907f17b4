package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** What people added to an object by hand: theirs alone, declared by nobody, and no controller's. */
final class Undeclared {
    private Undeclared() {}

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
        return added;
    }

    /** What is not only people's: the agent's, a controller's, or set through a subresource such as {@code scale}. */
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
