package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.kubernetes.ApplySet.Scope;
import io.wherry.agent.runtime.kubernetes.Inventory.Member;
import io.wherry.contract.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What of a stack is on the cluster and is declared no more: which of it goes, which stays, and which another stack is to take. */
final class Undeclared {
    private final Deployment deployment;
    private final Place place;
    private final Waits waits;

    /** Where it is looked for. */
    record Place(ClusterApi api, Discovery discovery, ApplySet set, Inventory inventory) {}

    Undeclared(Deployment deployment, Place place, Waits waits) {
        this.deployment = deployment;
        this.place = place;
        this.waits = waits;
    }

    /** What a commit would do to it. */
    Pruner foreseen(Set<ObjectName> declared) {
        Pruner pruner = pruner();
        pruner.judge(members(declared, formerSets()));
        return pruner;
    }

    /** If another stack of this agent is to take something of what a removal would delete: why that waits. */
    Optional<String> wanted() {
        return wanted(members(Set.of(), formerSets())).values().stream().findFirst();
    }

    /** Deletes what the release names, and lets what another stack is to take alone. */
    Settled.Done prune(Set<ObjectName> declared) {
        FormerSets former = formerSets();
        List<Member> undeclared = members(declared, former);
        Pruner pruner = pruner();
        SortedMap<ObjectName, String> wanted = wanted(undeclared);
        pruner.judge(undeclared.stream()
                .filter(member -> !wanted.containsKey(member.key()))
                .toList());
        Deleter deleter = new Deleter(place.api(), waits);
        deleter.delete(pruner.going(), "is declared no more");
        Set<ObjectName> left = new TreeSet<>(pruner.staying());
        left.addAll(declared);
        left.addAll(wanted.keySet());
        if (!left.isEmpty()) {
            place.inventory().narrow(Scope.of(left));
        }
        former.dissolve(left);
        return new Settled.Done(
                deleter.changes(),
                pruner.staying().stream().map(ObjectName::toString).toList(),
                wanted.values().stream().findFirst());
    }

    private Pruner pruner() {
        return new Pruner(place.api(), place.discovery(), place.set().namespace(), deployment.deletions());
    }

    /** Members of the set and of former ones, without those that are declared. */
    private List<Member> members(Set<ObjectName> declared, FormerSets former) {
        Optional<Scope> known = place.inventory().known();
        Scope scope = Scope.of(declared).and(Scope.of(named()));
        Scope everywhere = known.map(scope::and).orElse(scope);
        List<Member> members = new ArrayList<>(place.inventory().members(everywhere, key -> !declared.contains(key)));
        members.addAll(former.members(key -> !declared.contains(key)));
        return members;
    }

    private FormerSets formerSets() {
        return FormerSets.of(
                place.api(), place.discovery(), place.set(), Scope.of(named()).namespaces());
    }

    /** Those that another stack of this agent is to take, and why: they are let alone. */
    private SortedMap<ObjectName, String> wanted(List<Member> undeclared) {
        SortedMap<ObjectName, String> wanted = new TreeMap<>();
        for (Member member : undeclared) {
            deployment
                    .neighbours()
                    .wants(deployment.identity().stack(), member.key().toString())
                    .filter(why -> Inventory.isApplied(member))
                    .ifPresent(why -> wanted.put(member.key(), why));
        }
        return wanted;
    }

    /** The names of the release, as far as they are such: where the parent was lost they say where to look. */
    private List<ObjectName> named() {
        List<ObjectName> names = new ArrayList<>();
        for (String name : deployment.deletions().names()) {
            if (name.split("/", -1).length == 3) {
                ObjectName one = ObjectName.parse(name);
                names.add(one);
                names.add(new ObjectName(one.kind(), one.group(), place.set().namespace(), one.name()));
            }
        }
        return names;
    }
}
