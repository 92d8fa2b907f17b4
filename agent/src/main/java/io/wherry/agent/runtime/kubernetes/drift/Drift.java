package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.Difference;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Says field by field where an object on the cluster differs from what was declared.
 *
 * <p>A declared field counts whoever owns it now; the object is compared with what a dry run of the apply would make of it, so that defaults, the forms
 * of quantities and what admission changes do not matter. A field that nobody declared is somebody else's, unless people added it by hand.
 */
public final class Drift {
    private final String object;
    private final Masked masked;
    /** By field, so that what two managers added is told once. */
    private final SequencedMap<String, Difference> found = new LinkedHashMap<>();

    private Drift(String object, Masked masked) {
        this.object = object;
        this.masked = masked;
    }

    /** What is declared and not there at all. */
    public static Difference missing(String object) {
        return new Difference(object, "state", "present", "missing");
    }

    /**
     * Compares where nothing was added by hand, or where it does not matter yet what taking it back would change: everything that people own and
     * nobody declared is told, also where it has the value that the cluster would choose.
     *
     * @param object   its name: {@code Deployment.apps/shop/web}
     * @param declared as the release has it, with the agent's own labels
     * @param live     as the API server gives it, with {@code managedFields}
     * @param dryRun   the answer to a forced dry-run apply of {@code declared} over {@code live}
     * @return empty: in sync
     */
    public static List<Difference> of(
            String object, Json.Obj declared, Json.Obj live, Json.Obj dryRun, DriftRules rules) {
        return of(object, declared, live, dryRun, Optional.empty(), rules);
    }

    /**
     * Compares also with what would be left if people's additions were taken back: an addition that changes nothing (what {@code kubectl create} owns of
     * the cluster's own defaults) is none.
     *
     * @param takenBack the answer to a dry run of {@link TakeBack#patch}; empty where that gives no patch
     */
    public static List<Difference> of(
            String object,
            Json.Obj declared,
            Json.Obj live,
            Json.Obj dryRun,
            Optional<Json.Obj> takenBack,
            DriftRules rules) {
        Drift drift = new Drift(object, rules.masked(live));
        FieldSet wanted = Managed.declared(dryRun);
        if (wanted.isEmpty()) {
            wanted = Undeclared.ownersOf(declared); // an aggregated API that keeps no owners
        }
        Pointers ignored = rules.ignoredOf(live);
        drift.compare(List.of(), wanted, Optional.of(dryRun), Optional.of(live), ignored);
        Managed.declared(live)
                .minus(wanted)
                .ifPresent(gone -> drift.compare(List.of(), gone, Optional.of(dryRun), Optional.of(live), ignored));
        for (Undeclared.ByHand added : Undeclared.of(live, wanted, rules)) {
            drift.added(
                    List.of(),
                    added.fields(),
                    live,
                    takenBack.map(Json.class::cast),
                    rules.leftOf(live),
                    added.manager());
        }
        return drift.found.values().stream()
                .sorted(Comparator.comparing(Difference::field))
                .toList();
    }

    private void compare(
            List<PathElement> path, FieldSet set, Optional<Json> want, Optional<Json> have, Pointers ignored) {
        if (ignored.coverThis() || (want.isEmpty() && have.isEmpty())) {
            return;
        }
        if (set.isLeaf() || want.isEmpty() || have.isEmpty()) {
            if (want.isEmpty() || have.isEmpty() || !Same.values(want.get(), have.get())) {
                differs(path, want, have);
            }
            return;
        }
        set.children()
                .forEach((element, below) -> compare(
                        deeper(path, element),
                        below,
                        want.flatMap(element::in),
                        have.flatMap(element::in),
                        ignored.below(element, element.in(want.get()).isPresent() ? want.get() : have.get())));
    }

    private void differs(List<PathElement> path, Optional<Json> want, Optional<Json> have) {
        Shown shown = Shown.of(want.map(w -> masked.value(path, w)), have.map(h -> masked.value(path, h)));
        put(path, shown.wanted(), shown.found());
    }

    private void added(
            List<PathElement> path, FieldSet set, Json have, Optional<Json> takenBack, Pointers left, String manager) {
        if (left.coverThis()
                || takenBack.filter(after -> Same.values(after, have)).isPresent()) {
            return;
        }
        boolean whole = set.isLeaf() || (set.member() && !path.isEmpty() && path.getLast() instanceof PathElement.Key);
        if (whole) {
            Shown shown = Shown.of(Optional.empty(), Optional.of(masked.value(path, have)));
            put(path, "", shown.found() + " (added by " + manager + ")");
            return;
        }
        for (Map.Entry<PathElement, FieldSet> child : set.children().entrySet()) {
            PathElement element = child.getKey();
            element.in(have)
                    .ifPresent(value -> added(
                            deeper(path, element),
                            child.getValue(),
                            value,
                            takenBack.map(after -> element.in(after).orElse(NOTHING)),
                            left.below(element, have),
                            manager));
        }
    }

    /** Stands for what is not there any more: different from every value that is looked for. */
    private static final Json NOTHING = new Json.Null();

    private void put(List<PathElement> path, String wanted, String have) {
        String field = shown(path);
        found.putIfAbsent(field, new Difference(object, field, wanted, have));
    }

    /** Long keys of a map may be more than a field's name can hold. */
    private static final int MAX_FIELD_CHARS = 1000;

    static String shown(List<PathElement> path) {
        StringBuilder text = new StringBuilder();
        path.forEach(element -> text.append(element.shown()));
        String field = text.isEmpty() || text.charAt(0) != '.' ? text.toString() : text.substring(1);
        return field.length() > MAX_FIELD_CHARS ? field.substring(0, MAX_FIELD_CHARS) + " …" : field;
    }

    private static List<PathElement> deeper(List<PathElement> path, PathElement element) {
        List<PathElement> longer = new ArrayList<>(path);
        longer.add(element);
        return longer;
    }
}
