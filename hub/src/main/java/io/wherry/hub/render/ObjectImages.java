package io.wherry.hub.render;

import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/** The containers of Kubernetes objects: those of the kinds that every cluster has. Of a custom kind nobody knows what its fields mean. Pure. */
public final class ObjectImages {
    private static final List<String> TEMPLATE = List.of("spec", "template", "spec");

    /** Where the pod stands in an object, by {@code KIND.GROUP}. */
    private static final Map<String, List<String>> PODS = Map.of(
            "Pod", List.of("spec"),
            "PodTemplate", List.of("template", "spec"),
            "ReplicationController", TEMPLATE,
            "Deployment.apps", TEMPLATE,
            "StatefulSet.apps", TEMPLATE,
            "DaemonSet.apps", TEMPLATE,
            "ReplicaSet.apps", TEMPLATE,
            "Job.batch", TEMPLATE,
            "CronJob.batch", List.of("spec", "jobTemplate", "spec", "template", "spec"));

    private static final List<String> CONTAINERS = List.of("initContainers", "containers");

    private ObjectImages() {}

    /** The images of its containers, in their order. */
    public static List<String> of(Json.Obj object) {
        List<String> images = new ArrayList<>();
        map(object, container -> {
            if (container.find("image").orElse(new Json.Null()) instanceof Json.Str(String image) && !image.isEmpty()) {
                images.add(image);
            }
            return container;
        });
        return images;
    }

    /** The object with each container replaced. */
    public static Json.Obj map(Json.Obj object, UnaryOperator<Json.Obj> container) {
        return mapPod(object, pod -> pod(pod, container));
    }

    /** The object with what its pods are ({@code spec} of a Pod or of its template) replaced; any other object as it is. */
    public static Json.Obj mapPod(Json.Obj object, UnaryOperator<Json.Obj> pod) {
        String group = ObjectName.group(object.string("apiVersion"));
        List<String> path = PODS.get(object.string("kind") + (group.isEmpty() ? "" : "." + group));
        return path == null ? object : below(object, path, pod);
    }

    /** The same, and of a custom kind what stands where a Deployment has its pods' template, if it has containers: an Argo Rollout, a Knative Service. */
    public static Json.Obj mapPodOfAnyKind(Json.Obj object, UnaryOperator<Json.Obj> pod) {
        String group = ObjectName.group(object.string("apiVersion"));
        boolean builtIn = PODS.containsKey(object.string("kind") + (group.isEmpty() ? "" : "." + group));
        return builtIn
                ? mapPod(object, pod)
                : below(
                        object,
                        TEMPLATE,
                        found -> found.find("containers").orElse(new Json.Null()) instanceof Json.Arr
                                ? pod.apply(found)
                                : found);
    }

    private static Json.Obj below(Json.Obj object, List<String> path, UnaryOperator<Json.Obj> pod) {
        if (path.isEmpty()) {
            return pod.apply(object);
        }
        String key = path.getFirst();
        return object.find(key).orElse(new Json.Null()) instanceof Json.Obj child
                ? with(object, key, below(child, path.subList(1, path.size()), pod))
                : object;
    }

    private static Json.Obj pod(Json.Obj pod, UnaryOperator<Json.Obj> container) {
        Json.Obj mapped = pod;
        for (String key : CONTAINERS) {
            if (pod.find(key).orElse(new Json.Null()) instanceof Json.Arr(List<Json> items)) {
                List<Json> containers = new ArrayList<>();
                items.forEach(item -> containers.add(item instanceof Json.Obj one ? container.apply(one) : item));
                mapped = with(mapped, key, new Json.Arr(containers));
            }
        }
        return mapped;
    }

    private static Json.Obj with(Json.Obj object, String key, Json value) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>(object.fields());
        fields.put(key, value);
        return new Json.Obj(fields);
    }
}
