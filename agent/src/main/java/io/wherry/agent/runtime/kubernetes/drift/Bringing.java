package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonPointer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is declared around what people added, as operations of a JSON patch: an object is valid again in one step, where neither of two would be alone. */
final class Bringing {
    /** By pointer: what is there already, beside what is missing. At the end of a list an item moves no other. */
    private final Map<String, Json> declared = new HashMap<>();

    private final List<Json.Obj> missing = new ArrayList<>();

    private Bringing() {}

    /**
     * @param theirs what people own alone
     * @param left   what the stack leaves to others
     */
    static Bringing of(FieldSet theirs, Json want, Json have, Pointers left) {
        Bringing bringing = new Bringing();
        bringing.walk(new JsonPointer(List.of()), theirs, want, have, left);
        return bringing;
    }

    private void walk(JsonPointer pointer, FieldSet theirs, Json want, Json have, Pointers left) {
        if (left.coverThis()) {
            return;
        }
        declared.put(pointer.toString(), want);
        if (theirs.isLeaf()) {
            return;
        }
        if (want instanceof Json.Obj wanted && have instanceof Json.Obj found) {
            wanted.fields().forEach((name, value) -> {
                boolean ignored = left.below(new PathElement.Field(name), have).coverThis();
                if (found.find(name).isEmpty() && !ignored) {
                    missing.add(operation("add", pointer.child(name).toString(), value));
                }
            });
        }
        theirs.children().keySet().stream()
                .filter(PathElement.Key.class::isInstance)
                .map(element -> ((PathElement.Key) element).fields().keySet())
                .findFirst()
                .ifPresent(keys -> items(want).stream()
                        .filter(item -> items(have).stream().noneMatch(other -> isSame(keys, item, other)))
                        .forEach(item ->
                                missing.add(operation("add", pointer.child("-").toString(), item))));
        theirs.children().forEach((element, below) -> {
            Optional<Json> wanted = element.in(want);
            Optional<Json> found = element.in(have);
            if (wanted.isPresent() && found.isPresent()) {
                walk(
                        pointer.child(TakeBack.token(element, have)),
                        below,
                        wanted.get(),
                        found.get(),
                        left.below(element, have));
            }
        });
    }

    /** A patch that removes, with what is to be brought: what is declared is set in the place of what would be removed. */
    Json.Arr with(Json.Arr removing) {
        List<Json> set = new ArrayList<>();
        List<Json.Obj> added = new ArrayList<>(missing);
        for (Json one : removing.items()) {
            String path = ((Json.Obj) one).string("path");
            Json value = declared.get(path);
            if (value == null || !((Json.Obj) one).string("op").equals("remove")) {
                set.add(one);
            } else {
                set.add(operation("replace", path, value));
                added.removeIf(other -> other.string("path").startsWith(path + "/"));
            }
        }
        List<Json> all = new ArrayList<>(added);
        all.addAll(set);
        return new Json.Arr(all);
    }

    private static Json.Obj operation(String op, String path, Json value) {
        return Json.object().put("op", op).put("path", path).put("value", value).build();
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
}
