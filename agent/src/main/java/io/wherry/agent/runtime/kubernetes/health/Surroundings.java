package io.wherry.agent.runtime.kubernetes.health;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one look found around a stack's objects, of all their namespaces: enough to tell which pods are whose. More than is needed does no harm.
 *
 * @param owners what stands between a declared object and its pods: ReplicaSets, and Jobs of CronJobs
 * @param pods   all pods
 * @param events {@code v1} or {@code events.k8s.io/v1}
 */
public record Surroundings(List<Json.Obj> owners, List<Json.Obj> pods, List<Json.Obj> events) {
    public static final Surroundings NONE = new Surroundings(List.of(), List.of(), List.of());

    private static final String REVISION = "deployment.kubernetes.io/revision";

    public Surroundings {
        owners = List.copyOf(owners);
        pods = List.copyOf(pods);
        events = List.copyOf(events);
    }

    /** What an object's controller made of it last: its pods, and what made those. A Deployment's earlier revisions are left out. */
    public Family familyOf(Json.Obj object) {
        if (Fields.kind(object).equals("Pod") && Fields.group(object).isEmpty()) {
            return new Family(List.of(object), List.of(object));
        }
        List<Json.Obj> makers = new ArrayList<>(List.of(object));
        Set<String> uids = new HashSet<>(Set.of(Fields.uid(object)));
        for (Json.Obj owner : owners) {
            if (isOf(owner, uids) && isPresent(object, owner)) {
                makers.add(owner);
            }
        }
        makers.forEach(maker -> uids.add(Fields.uid(maker)));
        if (Fields.kind(object).equals("Deployment") && makers.size() > 1) {
            uids.remove(Fields.uid(object));
        }
        List<Json.Obj> made = pods.stream()
                .filter(pod -> isOf(pod, uids))
                .filter(pod -> Fields.text(pod, "metadata", "deletionTimestamp").isEmpty())
                .sorted(Comparator.comparing(Fields::name))
                .toList();
        return new Family(makers, made);
    }

    /** The newest warning about one of these objects; of one with the given reason only, unless that is empty. */
    Optional<Event> warning(List<Json.Obj> about, String reason) {
        Set<String> uids = new HashSet<>();
        about.forEach(object -> uids.add(Fields.uid(object)));
        return events.stream()
                .map(Event::of)
                .filter(event -> uids.contains(event.uid()))
                .filter(event -> reason.isEmpty()
                        ? event.type().equals("Warning")
                        : event.reason().equals(reason))
                .max(Comparator.comparing(Event::last));
    }

    /** The newest event about an object, of whatever type. */
    Optional<Event> latest(Json.Obj about) {
        return events.stream()
                .map(Event::of)
                .filter(event -> event.uid().equals(Fields.uid(about)))
                .max(Comparator.comparing(Event::last));
    }

    private static boolean isOf(Json.Obj object, Set<String> uids) {
        return Fields.objects(object, "metadata", "ownerReferences").stream()
                .anyMatch(owner -> Fields.truth(owner, "controller") && uids.contains(Fields.text(owner, "uid")));
    }

    private static boolean isPresent(Json.Obj object, Json.Obj owner) {
        String revision = Fields.text(object, "metadata", "annotations", REVISION);
        return revision.isEmpty()
                || !Fields.kind(owner).equals("ReplicaSet")
                || revision.equals(Fields.text(owner, "metadata", "annotations", REVISION));
    }

    /**
     * @param makers the object itself and what made its pods
     * @param pods   in name order, without those that go
     */
    public record Family(List<Json.Obj> makers, List<Json.Obj> pods) {}
}
