package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonPointer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
     * The same, and the declared items are brought that are missing beside what goes: what people changed of an item's key is another item.
     *
     * @param declared as the release has it
     * @return empty where nothing was added by hand
     */
    public static Optional<Json.Arr> makingRoom(Json.Obj declared, Json.Obj live, DriftRules rules) {
        return patch(live, live, rules).map(removing -> {
            FieldSet theirs = Undeclared.of(live, Managed.declared(live), rules).stream()
                    .map(Undeclared.ByHand::fields)
                    .reduce(FieldSet.NONE, FieldSet::plus);
            List<Json> operations = new ArrayList<>(); // before the others: at the end of a list they move no item
            bring(new JsonPointer(List.of()), theirs, declared, live, operations);
            operations.addAll(removing.items());
            return new Json.Arr(operations);
        });
    }

    private static void bring(JsonPointer pointer, FieldSet theirs, Json want, Json have, List<Json> operations) {
        theirs.children().keySet().stream()
                .filter(PathElement.Key.class::isInstance)
                .map(element -> ((PathElement.Key) element).fields().keySet())
                .findFirst()
                .ifPresent(keys -> items(want).stream()
                        .filter(item -> items(have).stream().noneMatch(other -> isSame(keys, item, other)))
                        .forEach(item -> operations.add(Json.object()
                                .put("op", "add")
                                .put("path", pointer.child("-").toString())
                                .put("value", item)
                                .build())));
        theirs.children().forEach((element, below) -> {
            Optional<Json> wanted = element.in(want);
            Optional<Json> found = element.in(have);
            if (wanted.isPresent() && found.isPresent()) {
                bring(pointer.child(token(element, have)), below, wanted.get(), found.get(), operations);
            }
        });
    }

    private static List<Json> items(Json list) {
        return list instanceof Json.Arr(List<Json> items) ? items : List.of();
    }

    /** By the keys that the declared one has; the others are defaults. */
    private static boolean isSame(Set<String> keys, Json declared, Json other) {
        return declared instanceof Json.Obj one
                && other instanceof Json.Obj two
                && keys.stream().allMatch(key -> one.find(key)
                        .map(value -> two.find(key)
                                .filter(same -> Same.values(value, same))
                                .isPresent())
                        .orElse(true));
    }

    private static String token(PathElement element, Json have) {
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
