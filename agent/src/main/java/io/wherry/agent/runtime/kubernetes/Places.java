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
     * Hands on every object in them that the selector selects, several at a time, so the one who takes them must be thread-safe.
     *
     * @param selector encoded
     * @param bare     only their metadata
     */
    void each(ClusterApi api, String selector, boolean bare, Taker each) {
        List<Callable<Boolean>> lists = new ArrayList<>();
        for (Place place : places) {
            lists.add(() -> {
                Kind kind = place.kind();
                api.each(
                        kind.path(place.namespace()),
                        selector,
                        bare,
                        "list " + kind.groupKind() + " of "
                                + (place.namespace().isEmpty() ? "the cluster" : place.namespace()),
                        item -> each.take(
                                kind,
                                kind.name(
                                        Fields.text(item, "metadata", "namespace"),
                                        Fields.text(item, "metadata", "name")),
                                item));
                return true;
            });
        }
        Workers.sideBySide(Trials.SIDE_BY_SIDE, "kubernetes-list", lists);
    }
}
