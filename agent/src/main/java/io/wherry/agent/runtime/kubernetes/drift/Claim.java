package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonPointer;
import java.util.List;
import java.util.Optional;

/** Notes a field that the API server filled in as declared by the agent: an apply takes away what it declared before, and nothing that nobody owns. */
public final class Claim {
    private Claim() {}

    /**
     * The patch ({@code application/json-patch+json}), which changes no value of the object. It names the version that was looked at.
     *
     * @param live as the API server gives it, with {@code managedFields}
     * @param path of the field, names of objects' fields
     * @return empty where the agent has declared nothing of the object yet
     */
    public static Optional<Json.Arr> patch(Json.Obj live, List<String> path) {
        return Managed.of(live).stream()
                .filter(Managed::isDeclared)
                .findFirst()
                .map(ours -> new Json.Arr(List.of(version(live), addition(live, ours.index(), path))));
    }

    private static Json version(Json.Obj live) {
        return Json.object()
                .put("op", "replace")
                .put("path", "/metadata/resourceVersion")
                .put("value", live.object("metadata").string("resourceVersion"))
                .build();
    }

    /** Below what is owned on the way already, the rest of the way around it. */
    private static Json addition(Json.Obj live, int index, List<String> path) {
        Json.Obj owned =
                live.object("metadata").objects("managedFields").get(index).object("fieldsV1");
        JsonPointer pointer = JsonPointer.parse("/metadata/managedFields/" + index + "/fieldsV1");
        int depth = 0;
        while (depth < path.size() - 1
                && owned.findObject("f:" + path.get(depth)).isPresent()) {
            owned = owned.object("f:" + path.get(depth));
            pointer = pointer.child("f:" + path.get(depth));
            depth++;
        }
        Json.Obj value = Json.object().build();
        for (String name : path.subList(depth + 1, path.size()).reversed()) {
            value = Json.object().put("f:" + name, value).build();
        }
        return Json.object()
                .put("op", "add")
                .put("path", pointer.child("f:" + path.get(depth)).toString())
                .put("value", value)
                .build();
    }
}
