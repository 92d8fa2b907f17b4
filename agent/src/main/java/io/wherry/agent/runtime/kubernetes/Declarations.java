package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds for each object of a model what the API server calls its kind, and where it stands. */
final class Declarations {
    private Declarations() {}

    /** @throws ModelException if a kind is neither served nor defined by the stack, or an object is declared twice */
    static List<Declared> of(KubernetesModel model, Discovery discovery) {
        Map<ObjectName, Declared> all = new TreeMap<>();
        List<Declared> inOrder = new ArrayList<>();
        for (Json.Obj object : model.objects()) {
            Declared declared = of(object, model, discovery);
            if (all.put(declared.key(), declared) != null) {
                throw ModelException.invalid(declared.key() + ": declared twice (expected: once)");
            }
            inOrder.add(declared);
        }
        return inOrder;
    }

    /** The objects of the model's hooks, in the order in which they run. */
    static Map<Hook, Declared> hooks(KubernetesModel model, Discovery discovery) {
        Map<Hook, Declared> hooks = new LinkedHashMap<>();
        model.hooks().forEach(hook -> hooks.put(hook, of(hook.object(), model, discovery)));
        return hooks;
    }

    private static Declared of(Json.Obj object, KubernetesModel model, Discovery discovery) {
        String apiVersion = object.string("apiVersion");
        String kindName = object.string("kind");
        Optional<Kind> served = discovery.find(apiVersion, kindName);
        Kind kind = served.or(() -> Optional.ofNullable(defined(model).get(apiVersion + " " + kindName)))
                .or(() -> LaterKinds.find(model, apiVersion, kindName))
                .orElseThrow(() -> unknown(object, discovery));
        String namespace = Fields.text(object, "metadata", "namespace");
        return placed(kind, object, namespace.isEmpty() ? model.namespace() : namespace, served.isPresent());
    }

    /** @param namespace of no matter for a kind of the whole cluster */
    static Declared placed(Kind kind, Json.Obj object, String namespace, boolean served) {
        ObjectName key = kind.name(namespace, Fields.text(object, "metadata", "name"));
        Json.Obj placed = kind.namespaced()
                ? Fields.with(object, new Json.Str(key.namespace()), "metadata", "namespace")
                : Fields.without(object, "metadata", "namespace");
        return new Declared(key, kind, placed, served);
    }

    /** By {@code apiVersion kind}, what the stack's own definitions will bring. */
    private static Map<String, Kind> defined(KubernetesModel model) {
        Map<String, Kind> defined = new HashMap<>();
        for (Json.Obj definition : model.ofKind("CustomResourceDefinition")) {
            String group = Fields.text(definition, "spec", "group");
            String kind = Fields.text(definition, "spec", "names", "kind");
            String plural = Fields.text(definition, "spec", "names", "plural");
            boolean namespaced = Fields.text(definition, "spec", "scope").equals("Namespaced");
            for (Json.Obj version : Fields.objects(definition, "spec", "versions")) {
                String name = Fields.text(version, "name");
                defined.put(
                        group + "/" + name + " " + kind,
                        new Kind(group, name, kind, plural, namespaced, Set.of("list", "get", "delete")));
            }
        }
        return defined;
    }

    private static ModelException unknown(Json.Obj object, Discovery discovery) {
        String apiVersion = object.string("apiVersion");
        String kind = object.string("kind");
        String group = apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
        List<String> others = group.isEmpty()
                ? List.of()
                : discovery.versions(group).stream()
                        .filter(version -> discovery.find(version, kind).isPresent())
                        .toList();
        Optional<RemovedApi> removed = RemovedApi.find(apiVersion, kind);
        String cure = removed.isPresent()
                ? removed.get().cure()
                : others.isEmpty()
                        ? "expected: a kind that the cluster knows; is its CustomResourceDefinition in this stack, or in one that this stack depends on?"
                        : "expected: " + others.stream().collect(Collectors.joining(" or "));
        return new ModelException(
                RuntimeReason.KIND_UNKNOWN,
                kind + " " + Fields.text(object, "metadata", "name") + ": the cluster does not serve " + kind + " in "
                        + apiVersion + " (" + cure + ")");
    }
}
