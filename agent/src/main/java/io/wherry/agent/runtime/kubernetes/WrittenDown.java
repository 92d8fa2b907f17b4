package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * An object of the cluster as somebody would have written it down. What the cluster chose (addresses, volumes, nodes) and what it adds where nothing is said
 * goes; who owns a field does not tell the two apart, because whoever made an object by {@code kubectl create} owns the defaults too.
 */
final class WrittenDown {
    private static final List<String> ANNOTATIONS = List.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            "deployment.kubernetes.io/revision",
            "deprecated.daemonset.template.generation",
            "autoscaling.alpha.kubernetes.io/conditions",
            "autoscaling.alpha.kubernetes.io/current-metrics",
            "batch.kubernetes.io/job-tracking",
            "pv.kubernetes.io/bind-completed",
            "pv.kubernetes.io/bound-by-controller",
            "volume.beta.kubernetes.io/storage-provisioner",
            "volume.kubernetes.io/storage-provisioner",
            "volume.kubernetes.io/selected-node");

    /** That a Job's controller puts on it and its pods. */
    private static final List<String> OF_JOBS =
            List.of("controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name");

    private static final String POD = "spec/template/spec";

    /** What the API server puts in the place of nothing, by kind and path; {@code *} is every item of a list. Kubernetes 1.34. */
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("Deployment spec/progressDeadlineSeconds", "600"),
            Map.entry("Deployment spec/revisionHistoryLimit", "10"),
            Map.entry(
                    "Deployment spec/strategy",
                    "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":\"25%\",\"maxUnavailable\":\"25%\"}}"),
            Map.entry("StatefulSet spec/podManagementPolicy", "\"OrderedReady\""),
            Map.entry("StatefulSet spec/revisionHistoryLimit", "10"),
            Map.entry(
                    "StatefulSet spec/updateStrategy",
                    "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"partition\":0}}"),
            Map.entry(
                    "StatefulSet spec/persistentVolumeClaimRetentionPolicy",
                    "{\"whenDeleted\":\"Retain\",\"whenScaled\":\"Retain\"}"),
            Map.entry("StatefulSet spec/volumeClaimTemplates/*/spec/volumeMode", "\"Filesystem\""),
            Map.entry("StatefulSet spec/volumeClaimTemplates/*/status", "{\"phase\":\"Pending\"}"),
            Map.entry("DaemonSet spec/revisionHistoryLimit", "10"),
            Map.entry(
                    "DaemonSet spec/updateStrategy",
                    "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":0,\"maxUnavailable\":1}}"),
            Map.entry("Job spec/backoffLimit", "6"),
            Map.entry("Job spec/completionMode", "\"NonIndexed\""),
            Map.entry("Job spec/completions", "1"),
            Map.entry("Job spec/parallelism", "1"),
            Map.entry("Job spec/manualSelector", "false"),
            Map.entry("Job spec/podReplacementPolicy", "\"TerminatingOrFailed\""),
            Map.entry("Job spec/suspend", "false"),
            Map.entry("CronJob spec/concurrencyPolicy", "\"Allow\""),
            Map.entry("CronJob spec/failedJobsHistoryLimit", "1"),
            Map.entry("CronJob spec/successfulJobsHistoryLimit", "3"),
            Map.entry("CronJob spec/suspend", "false"),
            Map.entry("Service spec/internalTrafficPolicy", "\"Cluster\""),
            Map.entry("Service spec/externalTrafficPolicy", "\"Cluster\""),
            Map.entry("Service spec/ipFamilyPolicy", "\"SingleStack\""),
            Map.entry("Service spec/sessionAffinity", "\"None\""),
            Map.entry("Service spec/allocateLoadBalancerNodePorts", "true"),
            Map.entry("Service spec/type", "\"ClusterIP\""),
            Map.entry("Service spec/ports/*/protocol", "\"TCP\""),
            Map.entry("PersistentVolumeClaim spec/volumeMode", "\"Filesystem\""),
            Map.entry("NetworkPolicy spec/ingress/*/ports/*/protocol", "\"TCP\""),
            Map.entry("NetworkPolicy spec/egress/*/ports/*/protocol", "\"TCP\""));

    /** The same within a pod's specification, wherever it stands. */
    private static final Map<String, String> POD_DEFAULTS = Map.ofEntries(
            Map.entry("dnsPolicy", "\"ClusterFirst\""),
            Map.entry("enableServiceLinks", "true"),
            Map.entry("preemptionPolicy", "\"PreemptLowerPriority\""),
            Map.entry("schedulerName", "\"default-scheduler\""),
            Map.entry("securityContext", "{}"),
            Map.entry("terminationGracePeriodSeconds", "30"),
            Map.entry("volumes/*/configMap/defaultMode", "420"),
            Map.entry("volumes/*/secret/defaultMode", "420"),
            Map.entry("volumes/*/projected/defaultMode", "420"),
            Map.entry("volumes/*/downwardAPI/defaultMode", "420"),
            Map.entry("volumes/*/hostPath/type", "\"\""));

    /** And within a container. */
    private static final Map<String, String> CONTAINER_DEFAULTS = Map.ofEntries(
            Map.entry("resources", "{}"),
            Map.entry("terminationMessagePath", "\"/dev/termination-log\""),
            Map.entry("terminationMessagePolicy", "\"File\""),
            Map.entry("ports/*/protocol", "\"TCP\""),
            Map.entry("env/*/valueFrom/fieldRef/apiVersion", "\"v1\""));

    private static final Map<String, String> PROBE_DEFAULTS = Map.of(
            "failureThreshold", "3",
            "periodSeconds", "10",
            "successThreshold", "1",
            "timeoutSeconds", "1",
            "httpGet/scheme", "\"HTTP\"",
            "grpc/service", "\"\"");

    private WrittenDown() {}

    static Json.Obj of(Json.Obj live) {
        Json.Obj object = metadata(Bare.of(live));
        String kind = Fields.text(object, "kind");
        String group = Fields.text(object, "apiVersion").replaceFirst("/?[^/]*$", "");
        if (!group.isEmpty() && group.contains(".") && !group.endsWith(".k8s.io")) {
            return object; // of a kind of one's own nothing is known
        }
        object = chosen(kind, object);
        for (Map.Entry<String, String> entry : DEFAULTS.entrySet()) {
            if (entry.getKey().startsWith(kind + " ")) {
                object = unlessSaid(object, entry.getKey().substring(kind.length() + 1), entry.getValue());
            }
        }
        return switch (kind) {
            case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet" -> pod(object, POD, true);
            case "Job" -> pod(object, POD, false);
            case "CronJob" -> pod(object, "spec/jobTemplate/" + POD, false);
            case "Pod" -> pod(object, "spec", true);
            default -> object;
        };
    }

    private static Json.Obj metadata(Json.Obj object) {
        SequencedMap<String, Json> metadata =
                new LinkedHashMap<>(Fields.object(object, "metadata").fields());
        Bare.without(metadata, "annotations", ANNOTATIONS);
        metadata.remove("finalizers"); // whoever needs one adds it again
        return Fields.with(object, new Json.Obj(metadata), "metadata");
    }

    /** What the cluster chose for this one object, and would choose anew. */
    private static Json.Obj chosen(String kind, Json.Obj object) {
        return switch (kind) {
            case "Service" -> service(object);
            case "PersistentVolumeClaim" -> Fields.without(object, "spec", "volumeName");
            case "ServiceAccount" -> Fields.without(object, "secrets");
            case "Job" -> job(object);
            case "CronJob" ->
                Fields.without(
                        Fields.without(object, "spec", "jobTemplate", "metadata", "creationTimestamp"),
                        "spec",
                        "jobTemplate",
                        "spec",
                        "template",
                        "metadata",
                        "creationTimestamp");
            case "Pod" -> bound(object);
            default -> Fields.without(object, "spec", "template", "metadata", "creationTimestamp");
        };
    }

    private static Json.Obj service(Json.Obj object) {
        boolean headless = Fields.text(object, "spec", "clusterIP").equals("None");
        Json.Obj left = object;
        for (String field : List.of("clusterIPs", "ipFamilies", "healthCheckNodePort")) {
            left = Fields.without(left, "spec", field);
        }
        left = headless ? left : Fields.without(left, "spec", "clusterIP");
        List<Json> ports = new ArrayList<>();
        for (Json.Obj port : Fields.objects(left, "spec", "ports")) {
            ports.add(port.find("targetPort").equals(port.find("port")) ? Fields.without(port, "targetPort") : port);
        }
        return ports.isEmpty() ? left : Fields.with(left, new Json.Arr(ports), "spec", "ports");
    }

    private static Json.Obj job(Json.Obj object) {
        boolean own = Fields.find(object, "spec", "manualSelector")
                .filter(new Json.Bool(true)::equals)
                .isPresent();
        Json.Obj left = Fields.without(object, "spec", "template", "metadata", "creationTimestamp");
        if (own) {
            return left;
        }
        left = Fields.without(left, "spec", "selector");
        left = labels(left, "metadata");
        Json.Obj template = labels(Fields.object(left, "spec", "template"), "metadata");
        return Fields.with(left, template, "spec", "template");
    }

    private static Json.Obj labels(Json.Obj object, String metadata) {
        SequencedMap<String, Json> fields =
                new LinkedHashMap<>(Fields.object(object, metadata).fields());
        Bare.without(fields, "labels", OF_JOBS);
        return fields.isEmpty()
                ? Fields.without(object, metadata)
                : Fields.with(object, new Json.Obj(fields), metadata);
    }

    /** What admission and the scheduler wrote into a pod. */
    private static Json.Obj bound(Json.Obj object) {
        Json.Obj left = object;
        for (String field : List.of("nodeName", "priority", "preemptionPolicy")) {
            left = Fields.without(left, "spec", field);
        }
        List<Json> volumes = without(Fields.objects(left, "spec", "volumes"), "name", "kube-api-access-");
        List<Json> tolerations = without(Fields.objects(left, "spec", "tolerations"), "key", "node.kubernetes.io/");
        left = listed(left, volumes, "volumes");
        left = listed(left, tolerations, "tolerations");
        for (String list : List.of("initContainers", "containers")) {
            List<Json> containers = new ArrayList<>();
            for (Json.Obj container : Fields.objects(left, "spec", list)) {
                List<Json> mounts = without(Fields.objects(container, "volumeMounts"), "name", "kube-api-access-");
                containers.add(
                        mounts.isEmpty()
                                ? Fields.without(container, "volumeMounts")
                                : Fields.with(container, new Json.Arr(mounts), "volumeMounts"));
            }
            left = listed(left, containers, list);
        }
        return left;
    }

    private static Json.Obj listed(Json.Obj object, List<Json> items, String field) {
        return items.isEmpty()
                ? Fields.without(object, "spec", field)
                : Fields.with(object, new Json.Arr(items), "spec", field);
    }

    private static List<Json> without(List<Json.Obj> items, String field, String prefix) {
        return items.stream()
                .filter(item -> !Fields.text(item, field).startsWith(prefix))
                .<Json>map(item -> item)
                .toList();
    }

    private static Json.Obj pod(Json.Obj object, String path, boolean restarts) {
        String[] at = path.split("/");
        if (Fields.find(object, at).isEmpty()) {
            return object;
        }
        Json.Obj pod = Fields.object(object, at);
        for (Map.Entry<String, String> entry : POD_DEFAULTS.entrySet()) {
            pod = unlessSaid(pod, entry.getKey(), entry.getValue());
        }
        if (restarts) {
            pod = unlessSaid(pod, "restartPolicy", "\"Always\"");
        }
        if (pod.find("serviceAccount").equals(pod.find("serviceAccountName"))) {
            pod = Fields.without(pod, "serviceAccount"); // the older name of the same
        }
        if (at.length == 1) {
            pod = unlessSaid(Fields.without(pod, "serviceAccount"), "serviceAccountName", "\"default\"");
        }
        for (String list : List.of("initContainers", "containers")) {
            List<Json> containers = Fields.objects(pod, list).stream()
                    .<Json>map(WrittenDown::container)
                    .toList();
            pod = containers.isEmpty() ? pod : Fields.with(pod, new Json.Arr(containers), list);
        }
        return Fields.with(object, pod, at);
    }

    private static Json.Obj container(Json.Obj container) {
        Json.Obj left = container;
        for (Map.Entry<String, String> entry : CONTAINER_DEFAULTS.entrySet()) {
            left = unlessSaid(left, entry.getKey(), entry.getValue());
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            for (Map.Entry<String, String> entry : PROBE_DEFAULTS.entrySet()) {
                left = unlessSaid(left, probe + "/" + entry.getKey(), entry.getValue());
            }
        }
        return unlessSaid(
                left, "imagePullPolicy", isLatest(Fields.text(left, "image")) ? "\"Always\"" : "\"IfNotPresent\"");
    }

    private static boolean isLatest(String image) {
        String last = image.substring(image.lastIndexOf('/') + 1);
        return !last.contains("@") && (!last.contains(":") || last.endsWith(":latest"));
    }

    /** Without the field, if it says what the cluster says where it is missing. */
    private static Json.Obj unlessSaid(Json.Obj object, String path, String absent) {
        int slash = path.indexOf('/');
        String key = slash < 0 ? path : path.substring(0, slash);
        Json value = object.fields().get(key);
        if (value == null) {
            return object;
        }
        if (slash < 0) {
            return value.equals(JsonReader.document(absent.getBytes(UTF_8))) ? Fields.without(object, key) : object;
        }
        String rest = path.substring(slash + 1);
        if (value instanceof Json.Obj inner) {
            return Fields.with(object, unlessSaid(inner, rest, absent), key);
        }
        if (value instanceof Json.Arr(List<Json> items) && rest.startsWith("*/")) {
            List<Json> left = items.stream()
                    .map(item -> item instanceof Json.Obj one ? unlessSaid(one, rest.substring(2), absent) : item)
                    .toList();
            return Fields.with(object, new Json.Arr(left), key);
        }
        return object;
    }
}
