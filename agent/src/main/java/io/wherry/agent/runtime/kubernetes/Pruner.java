package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.Deployment.Deletions;
import io.wherry.agent.runtime.kubernetes.Inventory.Member;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Decides which members go: what the release names and nobody declares. All others stay and are told. */
final class Pruner {
    /** What Kubernetes itself puts into every namespace. */
    static final Set<String> OF_EVERY_NAMESPACE = Set.of("ConfigMap/kube-root-ca.crt", "ServiceAccount/default");

    /** They come and go by themselves. */
    private static final Set<String> PASSING = Set.of(
            "Event", "Event.events.k8s.io", "Endpoints", "EndpointSlice.discovery.k8s.io", "PodMetrics.metrics.k8s.io");

    private final ClusterApi api;
    private final Discovery discovery;
    private final String namespace;
    private final Deletions deletions;
    private final List<Member> going = new ArrayList<>();
    private final Set<ObjectName> staying = new TreeSet<>();

    /**
     * @param namespace the stack's own: a name without one may mean it
     */
    Pruner(ClusterApi api, Discovery discovery, String namespace, Deletions deletions) {
        this.api = api;
        this.discovery = discovery;
        this.namespace = namespace;
        this.deletions = deletions;
    }

    /** Those that go. */
    List<Member> going() {
        return going;
    }

    /** Those that nobody declares, and that stay. */
    Set<ObjectName> staying() {
        return staying;
    }

    /**
     * @param members of the set that the stack does not declare
     */
    void judge(List<Member> members) {
        for (Member member : members) {
            if (!Inventory.isApplied(member)) {
                continue; // a controller's, with copied labels
            }
            if (mayGo(member)) {
                going.add(member);
            } else {
                staying.add(member.key());
            }
        }
        // What stays in a namespace, or of a kind, keeps it; looked at when it is known what goes.
        for (Member container : List.copyOf(going)) {
            Phase phase = Phase.of(Kind.groupKind(container.key()));
            if ((phase == Phase.NAMESPACES && holdsOthers(container))
                    || (phase == Phase.DEFINITIONS && definesOthers(container))) {
                going.remove(container);
                staying.add(container.key());
            }
        }
    }

    private boolean mayGo(Member member) {
        boolean data = Set.of("PersistentVolumeClaim", "PersistentVolume").contains(Kind.groupKind(member.key()));
        return deletions.prune()
                && isNamed(member.key())
                && (!data || deletions.removeData())
                && !Marks.isKept(member.live());
    }

    /** The hub cannot know whether a kind of one's own stands in namespaces: both readings count. */
    private boolean isNamed(ObjectName key) {
        return deletions.names().contains(key.toString())
                || (key.namespace().equals(namespace)
                        && deletions
                                .names()
                                .contains(new ObjectName(key.kind(), key.group(), "", key.name()).toString()))
                || (key.namespace().isEmpty()
                        && deletions
                                .names()
                                .contains(new ObjectName(key.kind(), key.group(), namespace, key.name()).toString()));
    }

    private Set<String> goingUids() {
        return going.stream().map(Member::uid).collect(Collectors.toSet());
    }

    private boolean holdsOthers(Member container) {
        Set<String> uids = goingUids();
        String name = container.key().name();
        return discovery.allNamespaced().stream()
                .filter(kind -> !PASSING.contains(kind.groupKind()))
                .anyMatch(kind -> api.list(kind.path(name), "", true, "list " + kind.groupKind() + "/" + name).stream()
                        .filter(found -> !uids.contains(Fields.text(found, "metadata", "uid")))
                        .filter(found -> !OF_EVERY_NAMESPACE.contains(
                                kind.groupKind() + "/" + Fields.text(found, "metadata", "name")))
                        .anyMatch(found -> !isControlled(found) && !isParent(found)));
    }

    private static boolean isControlled(Json.Obj found) {
        return !Fields.objects(found, "metadata", "ownerReferences").isEmpty();
    }

    /** The set's own parent goes last, with its namespace. */
    private static boolean isParent(Json.Obj found) {
        return Fields.label(found, "applyset.kubernetes.io/id").startsWith("applyset-")
                && !Fields.label(found, Marks.STACK).isEmpty();
    }

    /** Objects of a definition go with it: only where all of them go anyway. */
    private boolean definesOthers(Member container) {
        Set<String> uids = goingUids();
        String name = container.key().name(); // PLURAL.GROUP
        String plural = name.substring(0, Math.max(0, name.indexOf('.')));
        return discovery.versions(name.substring(name.indexOf('.') + 1)).stream()
                .limit(1)
                .anyMatch(version -> api.list(Kind.root(version) + "/" + plural, "", true, "list " + name).stream()
                        .anyMatch(found -> !uids.contains(Fields.text(found, "metadata", "uid"))));
    }
}
