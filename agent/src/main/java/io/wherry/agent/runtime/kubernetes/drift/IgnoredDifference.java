package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonPointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fields whose differences do not count ({@code ignoreDifferences} of a stack).
 *
 * <p>A step of a pointer into a list is an item's place on the cluster ({@code 0}), its key fields ({@code name=web}, {@code containerPort=80,protocol=TCP}) or
 * others that it has, or {@code *}, all of them. What stands below is ignored too.
 *
 * @param group     empty for the core group
 * @param name      empty: objects of any name
 * @param namespace empty: in any namespace
 */
record IgnoredDifference(
        String group, String kind, Optional<String> name, Optional<String> namespace, List<JsonPointer> pointers) {
    private static final Set<String> FIELDS = Set.of("group", "kind", "name", "namespace", "jsonPointers");

    IgnoredDifference {
        pointers = List.copyOf(pointers);
    }

    /** @throws JsonException naming the place and what is expected */
    static IgnoredDifference parse(String place, Json.Obj ignored) {
        TreeSet<String> unknown = new TreeSet<>(ignored.fields().keySet());
        unknown.removeAll(FIELDS);
        if (!unknown.isEmpty()) {
            throw new JsonException(
                    place + "." + unknown.first() + ": unknown field (expected: one of " + new TreeSet<>(FIELDS) + ")");
        }
        try {
            List<JsonPointer> pointers = new ArrayList<>();
            for (String text : ignored.strings("jsonPointers")) {
                JsonPointer pointer = JsonPointer.parse(text);
                if (pointer.tokens().isEmpty()) {
                    throw new JsonException("pointer: empty (expected: a field; leave the object out instead)");
                }
                pointers.add(pointer);
            }
            if (pointers.isEmpty()) {
                throw new JsonException("jsonPointers: none (expected: one or more, like /spec/replicas)");
            }
            return new IgnoredDifference(
                    ignored.findString("group").orElse(""),
                    ignored.string("kind"),
                    ignored.findString("name").filter(n -> !n.isEmpty()),
                    ignored.findString("namespace").filter(n -> !n.isEmpty()),
                    pointers);
        } catch (JsonException e) {
            throw new JsonException(place + "." + e.getMessage(), e);
        }
    }

    boolean covers(Json.Obj object) {
        String apiVersion = object.findString("apiVersion").orElse("");
        Json.Obj metadata = object.findObject("metadata").orElse(Json.object().build());
        return kind.equals(object.findString("kind").orElse(""))
                && group.equals(apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "")
                && name.map(n -> n.equals(metadata.findString("name").orElse("")))
                        .orElse(true)
                && namespace
                        .map(n -> n.equals(metadata.findString("namespace").orElse("")))
                        .orElse(true);
    }
}
