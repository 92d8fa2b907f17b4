package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.kubernetes.ApplySet.Scope;
import io.wherry.agent.runtime.kubernetes.Inventory.Member;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a stack left in a namespace that was its own before: its set has another name there, since a set is named by its place. The members are judged like all
 * others; those that stay go into the present set, and the parent goes.
 */
final class FormerSets {
    private final ClusterApi api;
    private final ApplySet set;
    private final List<Found> found;

    private record Found(Inventory inventory, Scope scope) {}

    private FormerSets(ClusterApi api, ApplySet set, List<Found> found) {
        this.api = api;
        this.set = set;
        this.found = found;
    }

    /** @param namespaces where to look if the stack may not list ConfigMaps of all namespaces */
    static FormerSets of(ClusterApi api, Discovery discovery, ApplySet set, Set<String> namespaces) {
        List<Found> found = new ArrayList<>();
        for (String namespace : places(api, set, namespaces)) {
            Inventory inventory = new Inventory(api, discovery, set.in(namespace), new Namespaces(api), false);
            inventory.knownIfOurs().ifPresent(scope -> found.add(new Found(inventory, scope)));
        }
        return new FormerSets(api, set, found);
    }

    private static Set<String> places(ClusterApi api, ApplySet set, Set<String> namespaces) {
        Set<String> places = new TreeSet<>();
        try {
            String selector = "labelSelector="
                    + Kind.segment(Marks.STACK + "=" + set.identity().stack() + "," + ApplySet.ID);
            api.list(ApplySet.CONFIG_MAP.path(""), selector, true, "list ConfigMaps")
                    .forEach(parent -> places.add(Fields.text(parent, "metadata", "namespace")));
        } catch (ApiException e) {
            if (e.status() != 403) {
                throw e;
            }
            places.addAll(namespaces);
        }
        places.remove(set.namespace());
        return places;
    }

    /** Every object with the label of one of them. */
    List<Member> members(Predicate<ObjectName> wanted) {
        return found.stream()
                .flatMap(one -> one.inventory().members(one.scope(), wanted).stream())
                .toList();
    }

    /** Puts what is left of them into the present set, which looks there already. */
    void dissolve(Set<ObjectName> left) {
        members(left::contains).stream().filter(Inventory::isApplied).forEach(this::take);
        found.forEach(one -> one.inventory().forget());
    }

    private void take(Member member) {
        Json.Obj label = Json.object()
                .put("op", "add")
                .put("path", "/metadata/labels/" + Marks.PART_OF.replace("/", "~1"))
                .put("value", set.id())
                .build();
        try {
            api.patch(member.kind(), member.key(), new Json.Arr(List.of(label)));
        } catch (ApiException e) {
            if (e.status() != 404) { // gone meanwhile
                throw e;
            }
        }
    }
}
