package io.wherry.agent.runtime.kubernetes;

import java.util.List;
import java.util.Optional;

/**
 * A kind that an earlier Kubernetes served, and no more: by the list of deprecated APIs that Kubernetes keeps.
 *
 * @param apiVersion in which it was served
 * @param since      first version of Kubernetes that does not serve it
 * @param successor  the version to use; empty: there is none
 * @param differs    what is written differently there; empty: nothing that must be
 */
record RemovedApi(String apiVersion, String kind, String since, String successor, String differs) {
    private static final String SELECTOR = "spec.selector is required and cannot be changed";
    private static final String INGRESS = "each path needs pathType, and a backend is service.name with service.port";
    private static final String WEBHOOK = "admissionReviewVersions and sideEffects are required";

    private static final List<RemovedApi> ALL = List.of(
                    of("extensions/v1beta1", "DaemonSet Deployment ReplicaSet", "1.16", "apps/v1", SELECTOR),
                    of("extensions/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1", INGRESS),
                    of("extensions/v1beta1", "NetworkPolicy", "1.16", "networking.k8s.io/v1", ""),
                    of("extensions/v1beta1", "PodSecurityPolicy", "1.16", "", ""),
                    of("policy/v1beta1", "PodSecurityPolicy", "1.25", "", ""),
                    of(
                            "policy/v1beta1",
                            "PodDisruptionBudget",
                            "1.25",
                            "policy/v1",
                            "an empty selector means all pods"),
                    of("apps/v1beta1", "Deployment StatefulSet", "1.16", "apps/v1", SELECTOR),
                    of("apps/v1beta2", "DaemonSet Deployment ReplicaSet StatefulSet", "1.16", "apps/v1", SELECTOR),
                    of("networking.k8s.io/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1", INGRESS),
                    of("networking.k8s.io/v1beta1", "IngressClass", "1.22", "networking.k8s.io/v1", ""),
                    of("batch/v1beta1", "CronJob", "1.25", "batch/v1", ""),
                    of("batch/v2alpha1", "CronJob", "1.21", "batch/v1", ""),
                    of(
                            "autoscaling/v2beta1",
                            "HorizontalPodAutoscaler",
                            "1.25",
                            "autoscaling/v2",
                            "targets are target.averageUtilization"),
                    of("autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.26", "autoscaling/v2", ""),
                    of(
                            "rbac.authorization.k8s.io/v1beta1",
                            "ClusterRole ClusterRoleBinding Role RoleBinding",
                            "1.22",
                            "rbac.authorization.k8s.io/v1",
                            ""),
                    of(
                            "rbac.authorization.k8s.io/v1alpha1",
                            "ClusterRole ClusterRoleBinding Role RoleBinding",
                            "1.22",
                            "rbac.authorization.k8s.io/v1",
                            ""),
                    of(
                            "apiextensions.k8s.io/v1beta1",
                            "CustomResourceDefinition",
                            "1.22",
                            "apiextensions.k8s.io/v1",
                            "each version has a schema of its own"),
                    of(
                            "admissionregistration.k8s.io/v1beta1",
                            "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
                            "1.22",
                            "admissionregistration.k8s.io/v1",
                            WEBHOOK),
                    of("apiregistration.k8s.io/v1beta1", "APIService", "1.22", "apiregistration.k8s.io/v1", ""),
                    of("coordination.k8s.io/v1beta1", "Lease", "1.22", "coordination.k8s.io/v1", ""),
                    of(
                            "certificates.k8s.io/v1beta1",
                            "CertificateSigningRequest",
                            "1.22",
                            "certificates.k8s.io/v1",
                            "signerName and usages are required"),
                    of("scheduling.k8s.io/v1beta1", "PriorityClass", "1.22", "scheduling.k8s.io/v1", ""),
                    of("scheduling.k8s.io/v1alpha1", "PriorityClass", "1.17", "scheduling.k8s.io/v1", ""),
                    of(
                            "storage.k8s.io/v1beta1",
                            "CSIDriver CSINode StorageClass VolumeAttachment",
                            "1.22",
                            "storage.k8s.io/v1",
                            ""),
                    of("storage.k8s.io/v1beta1", "CSIStorageCapacity", "1.27", "storage.k8s.io/v1", ""),
                    of(
                            "discovery.k8s.io/v1beta1",
                            "EndpointSlice",
                            "1.25",
                            "discovery.k8s.io/v1",
                            "topology is nodeName and zone"),
                    of("events.k8s.io/v1beta1", "Event", "1.25", "events.k8s.io/v1", ""),
                    of("node.k8s.io/v1beta1", "RuntimeClass", "1.25", "node.k8s.io/v1", ""),
                    of(
                            "flowcontrol.apiserver.k8s.io/v1beta1",
                            "FlowSchema PriorityLevelConfiguration",
                            "1.26",
                            "flowcontrol.apiserver.k8s.io/v1",
                            ""),
                    of(
                            "flowcontrol.apiserver.k8s.io/v1beta2",
                            "FlowSchema PriorityLevelConfiguration",
                            "1.29",
                            "flowcontrol.apiserver.k8s.io/v1",
                            ""),
                    of(
                            "flowcontrol.apiserver.k8s.io/v1beta3",
                            "FlowSchema PriorityLevelConfiguration",
                            "1.32",
                            "flowcontrol.apiserver.k8s.io/v1",
                            ""))
            .stream()
            .flatMap(List::stream)
            .toList();

    private static List<RemovedApi> of(
            String apiVersion, String kinds, String since, String successor, String differs) {
        return List.of(kinds.split(" ")).stream()
                .map(kind -> new RemovedApi(apiVersion, kind, since, successor, differs))
                .toList();
    }

    static Optional<RemovedApi> find(String apiVersion, String kind) {
        return ALL.stream()
                .filter(one -> one.apiVersion.equals(apiVersion) && one.kind.equals(kind))
                .findFirst();
    }

    /** What to write in its place. */
    String cure() {
        String removed = "Kubernetes " + since + " removed it; expected: ";
        if (successor.isEmpty()) {
            return removed + "nothing in its place; Pod Security goes by labels of the namespace";
        }
        return removed + successor + (differs.isEmpty() ? "" : ", where " + differs);
    }
}
