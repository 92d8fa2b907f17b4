package io.wherry.e2e.kubernetes;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the API server wants of a made-up stack, so that it is not refused for what no test is about. */
final class MadeRules {
    private static final String AUTOSCALER = "HorizontalPodAutoscaler";

    private final List<MadeObject> objects;

    private MadeRules(List<MadeObject> objects) {
        this.objects = objects;
    }

    /** Changes them in place. */
    static void settle(List<MadeObject> objects) {
        new MadeRules(objects).settle();
    }

    private void settle() {
        requireOthers();
        autoscale();
        objects.replaceAll(object -> object.get("immutable").isEmpty() ? object : object.replaceable());
        // Kubernetes keeps no empty data, and then calls it a change.
        objects.stream()
                .filter(object -> !object.get("immutable").isEmpty())
                .forEach(object -> object.fields().values().removeIf("{}"::equals));
        for (MadeObject object : objects) {
            TreeMap<String, String> fields = object.fields();
            switch (object.kind().name()) {
                case "Service" -> service(fields);
                case "PodDisruptionBudget" -> {
                    if (fields.containsKey("spec/minAvailable")) {
                        fields.remove("spec/maxUnavailable");
                    }
                }
                default -> {
                    if (object.kind().runsPods()) {
                        pods(object);
                    }
                }
            }
        }
    }

    /** Without what they name there is nothing to see of some. */
    private void requireOthers() {
        if (!has("Namespace")) {
            objects.replaceAll(object -> object.in(""));
        }
        if (!has("CustomResourceDefinition")) {
            objects.removeIf(object -> object.isOf("Thing"));
        }
        if (has("PersistentVolumeClaim") && !has("StorageClass")) {
            MadeKind kind = MadeKind.of("StorageClass");
            MadeObject made = MadeObject.of(kind, "NS-slow0");
            kind.fields().forEach((path, field) -> {
                if (field.always()) {
                    made.fields().put(path, field.values().getFirst());
                }
            });
            objects.add(made);
        }
    }

    private boolean has(String kind) {
        return objects.stream().anyMatch(object -> object.isOf(kind));
    }

    /** Each has one workload of its own, whose replicas nobody else declares. */
    private void autoscale() {
        Set<String> scaled = new HashSet<>();
        for (MadeObject scaler : List.copyOf(objects)) {
            if (!scaler.isOf(AUTOSCALER)) {
                continue;
            }
            objects.stream()
                    .filter(object -> object.isOf("Deployment", "StatefulSet")
                            && !object.name().equals(MadeStack.BROKEN)
                            && object.namespace().equals(scaler.namespace()))
                    .filter(object -> scaled.add(object.name()))
                    .findFirst()
                    .ifPresentOrElse(
                            target -> {
                                target.fields().remove("spec/replicas");
                                scaler.fields()
                                        .put(
                                                "spec/scaleTargetRef",
                                                "{'apiVersion':'apps/v1','kind':'%s','name':'%s'}"
                                                        .formatted(target.kind().name(), target.name()));
                            },
                            () -> objects.remove(scaler));
        }
    }

    private static void service(Map<String, String> fields) {
        String type = fields.getOrDefault("spec/type", "");
        if (type.equals("'ExternalName'")) {
            fields.keySet().retainAll(Set.of("spec/type", "spec/ports", "metadata/labels", "metadata/annotations"));
            fields.put("spec/externalName", "'x.example.org'");
        } else {
            fields.remove("spec/externalName");
        }
        if (!type.equals("'NodePort'")) {
            fields.remove("spec/externalTrafficPolicy");
        } else {
            fields.remove("spec/clusterIP");
        }
        if (!fields.getOrDefault("spec/sessionAffinity", "").equals("'ClientIP'")) {
            fields.remove("spec/sessionAffinityConfig");
        }
    }

    private static void pods(MadeObject object) {
        boolean job = object.isOf("Job", "CronJob");
        TreeMap<String, String> pod = object.pod();
        pod.put("metadata/labels", "{'app':'NAME','v':'2'}");
        pod.put("spec/terminationGracePeriodSeconds", "0");
        if (job) {
            pod.put("spec/restartPolicy", "'Never'");
            // One without any gets those of its pods; that of a set is not without.
            object.fields().putIfAbsent("metadata/labels", "{'tier':'jobs'}");
        }
        object.containers().forEach((name, container) -> {
            container.putIfAbsent("image", "'IMAGE'");
            container.putIfAbsent("command", job ? "['sh','-c','true']" : "['sh','-c','exec sleep 100000']");
            container.put("imagePullPolicy", "'Never'");
            if (job) {
                // What ends at once is never ready.
                List.of("readinessProbe", "livenessProbe", "startupProbe", "lifecycle")
                        .forEach(container::remove);
            }
        });
    }
}
