package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.kubernetes.drift.Drift;
import io.wherry.agent.runtime.kubernetes.drift.DriftRules;
import io.wherry.contract.Difference;
import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Optional;

/**
 * What trying to change an object showed.
 *
 * @param object    as it was sent
 * @param dry       as it would be with it
 * @param takenBack as it would be without what people added; empty: they added nothing
 * @param rules     by which that was judged
 */
record Tried(
        Declared declared,
        Json.Obj object,
        Json.Obj live,
        Json.Obj dry,
        Optional<Json.Obj> takenBack,
        DriftRules rules) {

    /** Takes what is tried: a plan shows it, and an apply needs no more of it than the step. */
    @FunctionalInterface
    interface Witness {
        Witness NONE = _ -> {};

        /** Called from several threads; of one object again where it changed in between. */
        void take(Tried tried);
    }

    /** Whether taking back what people added would change a value. */
    boolean losesAdditions() {
        return takenBack.filter(after -> !Same.values(live, after)).isPresent();
    }

    /** The fields of these additions. */
    List<String> additions() {
        return Drift.of(declared.key().toString(), object, live, dry, takenBack, rules).stream()
                .filter(difference -> difference.wanted().isEmpty())
                .map(Difference::field)
                .toList();
    }
}
