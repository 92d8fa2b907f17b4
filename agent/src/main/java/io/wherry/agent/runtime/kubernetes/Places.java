package io.wherry.agent.runtime.kubernetes;

import io.wherry.base.Workers;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/** The lists that hold a stack's objects: one for each kind in each namespace. */
record Places(List<Place> places) {

    /**
     * One list.
     *
     * @param namespace empty: of a kind without namespaces
     */
    record Place(Kind kind, String namespace) {
        static Place of(Declared declared) {
            return new Place(declared.kind(), declared.key().namespace());
        }
    }

    /** Takes an object of a list. */
    interface Taker {
        void take(Kind kind, ObjectName key, Json.Obj item);
    }

    static Places of(Collection<Declared> declared) {
        Set<Place> places = new LinkedHashSet<>();
        declared.forEach(one -> places.add(Place.of(one)));
        return new Places(List.copyOf(places));
    }

    /**
     * A list that was read.
     *
     * @param selector encoded; empty: none
     */
    record Listed(String path, String selector, String resourceVersion) {}

    /**
     * Hands on every object in them that the selector selects, several at a time, so the one who takes them must be thread-safe.
     *
     * @param selector encoded
     * @param bare     only their metadata
     */
    List<Listed> each(ClusterApi api, String selector, boolean bare, Taker each) {
        List<Callable<Listed>> lists = new ArrayList<>();
        for (Place place : places) {
            lists.add(() -> {
                Kind kind = place.kind();
                String path = kind.path(place.namespace());
                String what = "list " + kind.groupKind() + " of "
                        + (place.namespace().isEmpty() ? "the cluster" : place.namespace());
                String version = api.each(path, selector, bare, what, item -> {
                    String namespace = Fields.text(item, "metadata", "namespace");
                    each.take(kind, kind.name(namespace, Fields.text(item, "metadata", "name")), item);
                });
                return new Listed(path, selector, version);
            });
        }
        return Workers.sideBySide(Trials.SIDE_BY_SIDE, "kubernetes-list", lists);
    }
}
