package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.base.Workers;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * The objects of a namespace as somebody would have written them down, in an order in which they can be applied. What controllers make, what every namespace
 * has and what passes is left out; so are Secrets, whose data must not stand in a repository.
 */
final class ExportedNamespace {
    /** More than a stack may have objects is no stack. */
    private static final int MAX_OBJECTS = 2000;

    /** Come and go by themselves, or keep the state of some controller. */
    private static final Set<String> PASSING = Set.of(
            "Event",
            "Event.events.k8s.io",
            "Endpoints",
            "EndpointSlice.discovery.k8s.io",
            "PodMetrics.metrics.k8s.io",
            "ControllerRevision.apps",
            "Lease.coordination.k8s.io",
            "CSIStorageCapacity.storage.k8s.io");

    private static final String SECRET = "Secret";

    private final ClusterApi api;
    private final Discovery discovery;
    private final Map<String, String> notes = new TreeMap<>();

    ExportedNamespace(ClusterApi api, Discovery discovery) {
        this.api = api;
        this.discovery = discovery;
    }

    /** @throws ApiException if the cluster does not answer */
    Exported read(String namespace) {
        if (api.find(Kind.root("v1") + "/namespaces/" + Kind.segment(namespace), "get Namespace//" + namespace)
                .isEmpty()) {
            return new Exported.Refused(RuntimeReason.PROJECT_MISSING, "the cluster has no namespace " + namespace);
        }
        discovery.forget();
        List<Callable<List<Json.Obj>>> lists = discovery.allNamespaced().stream()
                .filter(kind -> kind.verbs().contains("create") && !PASSING.contains(kind.groupKind()))
                .<Callable<List<Json.Obj>>>map(kind -> () -> of(kind, namespace))
                .toList();
        List<Json.Obj> objects = new ArrayList<>();
        Workers.sideBySide(Trials.SIDE_BY_SIDE, "kubernetes-export", lists).forEach(objects::addAll);
        if (objects.size() > MAX_OBJECTS) {
            return new Exported.Refused(
                    RuntimeReason.EXPORT_REFUSED,
                    "the namespace has " + objects.size() + " objects (at most " + MAX_OBJECTS + ")");
        }
        objects.sort(Comparator.<Json.Obj, Phase>comparing(object -> Phase.of(groupKind(object)))
                .thenComparing(object -> groupKind(object))
                .thenComparing(object -> Fields.text(object, "metadata", "name")));
        return new Exported.Objects(objects, List.copyOf(notes.values()));
    }

    private List<Json.Obj> of(Kind kind, String namespace) {
        List<Json.Obj> found;
        try {
            found = api.list(
                    kind.path(namespace),
                    "",
                    kind.groupKind().equals(SECRET),
                    "list " + kind.groupKind() + "/" + namespace);
        } catch (ApiException e) {
            if (e.reason() == RuntimeReason.RUNTIME_FORBIDDEN) {
                note(kind.groupKind(), "not read: " + e.getMessage());
                return List.of();
            }
            throw e;
        }
        List<Json.Obj> objects = new ArrayList<>();
        for (Json.Obj item : found) {
            Json.Obj object = typed(kind, item);
            String name = kind.name(namespace, Fields.text(object, "metadata", "name"))
                    .toString();
            if (isMade(kind, object)) {
                continue;
            }
            if (kind.groupKind().equals(SECRET)) {
                secret(name, object);
                continue;
            }
            String stack = Fields.label(object, Marks.STACK);
            if (!stack.isEmpty()) {
                note(name, name + ": belongs to stack " + stack + " already");
            }
            objects.add(WrittenDown.of(object));
        }
        return objects;
    }

    /** Of the metadata alone, so that no value was read. */
    private void secret(String name, Json.Obj object) {
        note(
                name,
                name
                        + ": left out, because values of Secrets do not belong into a repository (give it to the stack by secretRefs)"
                        + (Fields.label(object, "owner").equals("helm") ? "; it is Helm's record of a release" : ""));
    }

    private void note(String about, String sentence) {
        synchronized (notes) {
            notes.put(about, sentence);
        }
    }

    /** Items of a list name neither kind nor version. */
    private static Json.Obj typed(Kind kind, Json.Obj item) {
        return Fields.with(
                Fields.with(item, new Json.Str(kind.kind()), "kind"), new Json.Str(kind.apiVersion()), "apiVersion");
    }

    /** By a controller, by the cluster for each namespace, or by an inventory of ours. */
    private static boolean isMade(Kind kind, Json.Obj object) {
        String name = Fields.text(object, "metadata", "name");
        boolean owned = !Fields.objects(object, "metadata", "ownerReferences").isEmpty();
        return owned
                || Pruner.OF_EVERY_NAMESPACE.contains(kind.groupKind() + "/" + name)
                || Fields.label(object, "applyset.kubernetes.io/id").startsWith("applyset-")
                || !Fields.text(object, "metadata", "deletionTimestamp").isEmpty();
    }

    private static String groupKind(Json.Obj object) {
        String apiVersion = Fields.text(object, "apiVersion");
        int slash = apiVersion.indexOf('/');
        String kind = Fields.text(object, "kind");
        return slash < 0 ? kind : kind + "." + apiVersion.substring(0, slash);
    }
}
