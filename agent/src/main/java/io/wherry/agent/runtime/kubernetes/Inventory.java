package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.kubernetes.ApplySet.Scope;
import io.wherry.base.Workers;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What of a stack is on the cluster: the parent of its ApplySet, and the members that carry its label. */
final class Inventory {
    private final ClusterApi api;
    private final Discovery discovery;
    private final ApplySet set;
    private final Namespaces namespaces;
    private final boolean adopt;
    /** As it was found in the call of the runtime at hand: nobody need ask for it twice. */
    private boolean parentSeen;

    private Optional<Scope> parent = Optional.empty();

    private Optional<Json.Obj> left = Optional.empty();

    /** @param adopt whether a former agent's is taken over */
    Inventory(ClusterApi api, Discovery discovery, ApplySet set, Namespaces namespaces, boolean adopt) {
        this.api = api;
        this.discovery = discovery;
        this.set = set;
        this.namespaces = namespaces;
        this.adopt = adopt;
    }

    /** An object with the set's label, by its metadata. */
    record Member(ObjectName key, Kind kind, Json.Obj live) {
        String uid() {
            return Fields.text(live, "metadata", "uid");
        }
    }

    /** Whether the namespace is there in which the parent stands. */
    boolean hasPlace() {
        return namespaces.isThereByNow(set.namespace());
    }

    /**
     * Where members may be, as the parent says; empty: there is no parent.
     *
     * @throws ModelException, PendingException if it is somebody else's, and not to be taken over
     */
    Optional<Scope> known() {
        Optional<Json.Obj> found = find();
        left = found.filter(other -> !set.isOurParent(other));
        left.ifPresent(this::requireLeft);
        parent = found.map(set::scopeOf);
        parentSeen = true;
        return parent;
    }

    /** What a person of the site can change is waited for: the generation may be good. */
    private void requireLeft(Json.Obj other) {
        String agent = Fields.annotation(other, Marks.OWNER);
        String whose =
                set.parent() + ": is the inventory of stack " + Fields.label(other, Marks.STACK) + " of agent " + agent;
        String ownName = " (expected: a stack name, or a namespace, of this stack's own)";
        if (agent.isEmpty() || agent.equals(set.owner())) {
            throw new ModelException(RuntimeReason.NAME_TAKEN, whose + ownName);
        }
        if (!set.isLeft(other)) {
            throw new PendingException(
                    RuntimeReason.NAME_TAKEN,
                    whose + ownName + ". If that agent does not work on this cluster any more: add " + agent
                            + " to kubernetes.formerAgents of agent.yaml, start the agent anew, and let the stack take"
                            + " over what is there: kubernetes.adopt: true in the Stack");
        }
        if (!adopt) {
            throw new PendingException(
                    RuntimeReason.NAME_TAKEN,
                    whose + ", which does not work here any more. To take over what it left: kubernetes.adopt: true in"
                            + " the Stack");
        }
    }

    private Optional<Json.Obj> find() {
        return explained(() -> api.find(ApplySet.CONFIG_MAP, set.parent()));
    }

    /** The parent as a former agent left it, if that is what was found: the next write takes it over. */
    Optional<Json.Obj> left() {
        return left;
    }

    /** Whether there is a parent by this name that is somebody else's, a former agent's too. */
    boolean isOthers() {
        return find().filter(other -> !set.isOurParent(other)).isPresent();
    }

    /** The same; empty also if it is somebody else's, or may not be looked at. */
    Optional<Scope> knownIfOurs() {
        try {
            return api.find(ApplySet.CONFIG_MAP, set.parent())
                    .filter(set::isOurParent)
                    .map(set::scopeOf);
        } catch (ApiException e) {
            if (e.status() == 403) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Before the first write: whoever looks for members from now on looks there too. */
    void widen(Scope scope) {
        Optional<Scope> known = parentSeen ? parent : known();
        write(known, known.map(before -> before.and(scope)).orElse(scope));
    }

    /** After the last: nobody need look where no member is. */
    void narrow(Scope scope) {
        if (hasPlace()) {
            write(known(), scope);
        }
    }

    private void write(Optional<Scope> known, Scope scope) {
        Scope whole = scope.and(new Scope(Set.of(), Set.of(set.namespace())));
        if (left.isPresent() || known.filter(whole::equals).isEmpty()) {
            explained(() ->
                    api.apply(ApplySet.CONFIG_MAP, set.parent(), set.parentFor(whole), ClusterApi.Force.YES, false));
        }
    }

    /** Takes the parent away: the stack has no members any more. */
    void forget() {
        Optional<Json.Obj> parent = find();
        if (parent.filter(set::isOurParent).isPresent()) {
            explained(() -> {
                api.delete(ApplySet.CONFIG_MAP, set.parent(), Fields.text(parent.get(), "metadata", "uid"));
                return parent;
            });
        }
    }

    /** Nobody declared that ConfigMap: whoever may not touch it is told what it is, and all that is needed for it at once. */
    private static <T> T explained(Supplier<T> asked) {
        try {
            return asked.get();
        } catch (ApiException e) {
            throw e.reason() == RuntimeReason.RUNTIME_FORBIDDEN
                    ? e.about("the stack's inventory, a ConfigMap that tells which objects are its own"
                            + " (needs get, create, patch and delete of configmaps)")
                    : e;
        }
    }

    /** Every object with the set's label there. */
    List<Member> members(Scope scope) {
        return members(scope, _ -> true);
    }

    /** Those of them whose names are wanted. */
    List<Member> members(Scope scope, Predicate<ObjectName> wanted) {
        String selector = new Marks(set).selector();
        List<Callable<List<Member>>> lists = new ArrayList<>();
        for (String groupKind : scope.groupKinds()) {
            Optional<Kind> kind = discovery.find(groupKind);
            if (kind.isEmpty()) {
                continue; // its definition is gone, and with it all of its kind
            }
            Set<String> places = kind.get().namespaced() ? scope.namespaces() : Set.of("");
            for (String namespace : places) {
                lists.add(() -> {
                    List<Member> members = new ArrayList<>();
                    api.each(kind.get().path(namespace), selector, true, "list " + groupKind, found -> {
                        if (wanted.test(key(kind.get(), found))) {
                            members.add(new Member(key(kind.get(), found), kind.get(), found));
                        }
                    });
                    return members;
                });
            }
        }
        return Workers.sideBySide(Trials.SIDE_BY_SIDE, "kubernetes-list", lists).stream()
                .flatMap(List::stream)
                .toList();
    }

    private static ObjectName key(Kind kind, Json.Obj found) {
        return kind.name(Fields.text(found, "metadata", "namespace"), Fields.text(found, "metadata", "name"));
    }

    /**
     * Whether this agent made the member, and nothing on the cluster made it of another one: controllers copy labels onto what they make.
     */
    static boolean isApplied(Member member) {
        boolean controlled = Fields.objects(member.live(), "metadata", "ownerReferences").stream()
                .anyMatch(owner -> owner.boolOr("controller", false));
        return !controlled && Owners.ours(member.live()).isPresent();
    }
}
