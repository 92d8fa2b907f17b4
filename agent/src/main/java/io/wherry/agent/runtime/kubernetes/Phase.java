package io.wherry.agent.runtime.kubernetes;

import java.util.Set;

/** When an object is applied: each phase is whole before the next begins. Deleted in reverse. */
enum Phase {
    NAMESPACES,
    DEFINITIONS,
    /** Made of sealed values: pods of hooks, which run next, may need them to pull. */
    SEALED,
    CONFIGURATION,
    REST,
    /** What stands between the API server and all others: with their own pods not running yet, they would refuse these. */
    INTERCEPTORS;

    private static final Set<String> CONFIGURED = Set.of(
            "ConfigMap",
            "Secret",
            "ServiceAccount",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "LimitRange",
            "ResourceQuota",
            "Service",
            "ClusterRole.rbac.authorization.k8s.io",
            "ClusterRoleBinding.rbac.authorization.k8s.io",
            "Role.rbac.authorization.k8s.io",
            "RoleBinding.rbac.authorization.k8s.io",
            "StorageClass.storage.k8s.io",
            "CSIDriver.storage.k8s.io",
            "PriorityClass.scheduling.k8s.io",
            "RuntimeClass.node.k8s.io",
            "IngressClass.networking.k8s.io",
            "NetworkPolicy.networking.k8s.io");

    static Phase of(String groupKind) {
        return switch (groupKind) {
            case "Namespace" -> NAMESPACES;
            case "CustomResourceDefinition.apiextensions.k8s.io" -> DEFINITIONS;
            case "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
                    "MutatingWebhookConfiguration.admissionregistration.k8s.io",
                    "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
                    "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
                    "APIService.apiregistration.k8s.io" -> INTERCEPTORS;
            default -> CONFIGURED.contains(groupKind) ? CONFIGURATION : REST;
        };
    }
}
