package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonPointer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes back what people added to an object by hand: a JSON patch that removes the fields and, so that they do not count as somebody's any more, the
 * entries of {@code managedFields}. A forced apply alone would leave both.
 */
public final class TakeBack {
    private TakeBack() {}

    /**
     * The patch ({@code application/json-patch+json}). It names the version of the object that was looked at: one that has changed since answers with a
     * conflict, and nothing is removed.
     *
     * @param live   as the API server gives it, with {@code managedFields}
     * @param dryRun the answer to a forced dry-run apply over {@code live}: what is declared is kept, also where people have changed it. After the real
     *               apply its answer stands for both
     * @return empty where nothing was added by hand
     */
    public static Optional<Json.Arr> patch(Json.Obj live, Json.Obj dryRun, DriftRules rules) {
        FieldSet declared = Managed.declared(dryRun);
        List<Undeclared.ByHand> added = Undeclared.of(live, declared, rules);
        if (added.isEmpty()) {
            return Optional.empty();
        }
        List<Managed> all = Managed.of(live);
        FieldSet theirs = added.stream().map(Undeclared.ByHand::fields).reduce(FieldSet.NONE, FieldSet::plus);
        List<JsonPointer> removed = new ArrayList<>();
        collect(
                new JsonPointer(List.of()),
                theirs,
                live,
                Undeclared.others(all, rules).plus(declared),
                rules.leftOf(live),
                removed);
        List<Json> operations = new ArrayList<>();
        live.object("metadata")
                .findString("resourceVersion")
                .ifPresent(version -> operations.add(Json.object()
                        .put("op", "replace")
                        .put("path", "/metadata/resourceVersion")
                        .put("value", version)
                        .build()));
        removed.reversed()
                .forEach(pointer -> operations.add(remove(pointer))); // later items of a list before earlier ones
        all.reversed().stream()
                .filter(rules::isByHand)
                .filter(managed ->
                        !managed.isScale() || addsTo(managed, declared)) // declared replicas are set back by the apply
                .forEach(managed ->
                        operations.add(remove(JsonPointer.parse("/metadata/managedFields/" + managed.index()))));
        return Optional.of(new Json.Arr(operations));
    }

    /**
     * The same, and what is declared beside or in the place of what goes is brought: an item whose key people changed, a form (a probe by HTTP) in whose place
     * they chose another.
     *
     * @param declared as the release has it
     * @return empty where nothing was added by hand
     */
    public static Optional<Json.Arr> makingRoom(Json.Obj declared, Json.Obj live, DriftRules rules) {
        return patch(live, live, rules).map(removing -> {
            FieldSet theirs = Undeclared.of(live, Managed.declared(live), rules).stream()
                    .map(Undeclared.ByHand::fields)
                    .reduce(FieldSet.NONE, FieldSet::plus);
            return Bringing.of(theirs, declared, live, rules.leftOf(live)).with(removing);
        });
    }

    static String token(PathElement element, Json have) {
        return element instanceof PathElement.Field(String name) ? name : String.valueOf(element.indexIn(have));
    }

    private static boolean addsTo(Managed managed, FieldSet declared) {
        return managed.fields().minus(declared).isPresent();
    }

    private static Json remove(JsonPointer pointer) {
        return Json.object().put("op", "remove").put("path", pointer.toString()).build();
    }

    /** @param others what somebody else owns at this place or below */
    private static void collect(
            JsonPointer pointer,
            FieldSet theirs,
            Json have,
            FieldSet others,
            Pointers left,
            List<JsonPointer> removed) {
        if (left.coverThis()) {
            return;
        }
        if (theirs.member() && others.isEmpty() && left.isEmpty()) {
            removed.add(pointer);
            return;
        }
        List<Map.Entry<PathElement, FieldSet>> children =
                new ArrayList<>(theirs.children().entrySet());
        children.sort(Comparator.comparingInt(child -> child.getKey().indexIn(have)));
        for (Map.Entry<PathElement, FieldSet> child : children) {
            PathElement element = child.getKey();
            Optional<Json> value = element.in(have);
            if (value.isPresent()) {
                collect(
                        pointer.child(token(element, have)),
                        child.getValue(),
                        value.get(),
                        others.child(element),
                        left.below(element, have),
                        removed);
            }
        }
    }
}
