package io.wherry.contract;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;

/**
 * The name of an object of Kubernetes in permissions, plans and receipts: {@code KIND[.GROUP]/NAMESPACE/NAME}, like
 * {@code Deployment.apps/shop/web}, {@code ConfigMap/shop/settings}, {@code ClusterRole.rbac.authorization.k8s.io//reader}.
 *
 * <p>The version of the API is not part of it: one object has the same name under all versions.
 *
 * @param kind      like {@code Deployment}
 * @param group     empty for the core group
 * @param namespace empty for an object of the whole cluster
 */
public record ObjectName(String kind, String group, String namespace, String name) implements Comparable<ObjectName> {
    /** Kinds of the whole cluster that every cluster has, by group; a custom kind's scope is known to the cluster alone. */
    private static final Map<String, Set<String>> OF_CLUSTER = Map.ofEntries(
            Map.entry("", Set.of("Namespace", "Node", "PersistentVolume", "ComponentStatus")),
            Map.entry(
                    "admissionregistration.k8s.io",
                    Set.of(
                            "MutatingAdmissionPolicy",
                            "MutatingAdmissionPolicyBinding",
                            "MutatingWebhookConfiguration",
                            "ValidatingAdmissionPolicy",
                            "ValidatingAdmissionPolicyBinding",
                            "ValidatingWebhookConfiguration")),
            Map.entry("apiextensions.k8s.io", Set.of("CustomResourceDefinition")),
            Map.entry("apiregistration.k8s.io", Set.of("APIService")),
            Map.entry("authentication.k8s.io", Set.of("SelfSubjectReview", "TokenReview")),
            Map.entry(
                    "authorization.k8s.io",
                    Set.of("SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview")),
            Map.entry("certificates.k8s.io", Set.of("CertificateSigningRequest", "ClusterTrustBundle")),
            Map.entry("flowcontrol.apiserver.k8s.io", Set.of("FlowSchema", "PriorityLevelConfiguration")),
            Map.entry("internal.apiserver.k8s.io", Set.of("StorageVersion")),
            Map.entry("networking.k8s.io", Set.of("IngressClass", "IPAddress", "ServiceCIDR")),
            Map.entry("node.k8s.io", Set.of("RuntimeClass")),
            Map.entry("policy", Set.of("PodSecurityPolicy")),
            Map.entry("rbac.authorization.k8s.io", Set.of("ClusterRole", "ClusterRoleBinding")),
            Map.entry("resource.k8s.io", Set.of("DeviceClass", "DeviceTaintRule", "ResourceSlice")),
            Map.entry("scheduling.k8s.io", Set.of("PriorityClass")),
            Map.entry(
                    "storage.k8s.io",
                    Set.of("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass")),
            Map.entry("storagemigration.k8s.io", Set.of("StorageVersionMigration")));

    private static final Comparator<ObjectName> ORDER = Comparator.comparing(ObjectName::toString);

    /** 509 characters and what stands between them: {@link Permissions} take 512. */
    private static final int MAX_CHARS = 509;

    /** @throws IllegalArgumentException naming the field */
    public ObjectName {
        Check.text("object", kind + group + namespace + name, MAX_CHARS);
        Check.that(
                !kind.isEmpty() && kind.indexOf('/') < 0 && kind.indexOf('.') < 0,
                "kind",
                kind,
                "a kind, like Deployment");
        Check.that(group.indexOf('/') < 0, "group", group, "a group without its version, like apps");
        Check.that(namespace.indexOf('/') < 0, "namespace", namespace, "the name of a namespace, or nothing");
        Check.that(!name.isEmpty() && name.indexOf('/') < 0, "name", name, "the name of an object");
    }

    /**
     * The name of an object as the model holds it.
     *
     * @param defaultNamespace where an object without a namespace goes, unless its kind is known to be of the whole cluster
     * @throws JsonException            if it lacks {@code apiVersion}, {@code kind} or {@code metadata.name}
     * @throws IllegalArgumentException if one of them cannot be part of a name
     */
    public static ObjectName of(Json.Obj object, String defaultNamespace) {
        String kind = object.string("kind");
        String group = group(object.string("apiVersion"));
        Json.Obj metadata = object.object("metadata");
        String own = metadata.findString("namespace").orElse("");
        String namespace = isOfCluster(kind, group) ? "" : own.isEmpty() ? defaultNamespace : own;
        return new ObjectName(kind, group, namespace, metadata.string("name"));
    }

    /** @throws IllegalArgumentException if the text is no such name */
    public static ObjectName parse(String text) {
        String[] parts = text.split("/", -1);
        Check.that(parts.length == 3, "object", text, "KIND[.GROUP]/NAMESPACE/NAME");
        int dot = parts[0].indexOf('.');
        return dot < 0
                ? new ObjectName(parts[0], "", parts[1], parts[2])
                : new ObjectName(parts[0].substring(0, dot), parts[0].substring(dot + 1), parts[1], parts[2]);
    }

    /** {@code apps} of {@code apps/v1}; empty for {@code v1}. */
    public static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** Whether every cluster has the kind, and has it once for all namespaces. */
    public static boolean isOfCluster(String kind, String group) {
        return OF_CLUSTER.getOrDefault(group, Set.of()).contains(kind);
    }

    @Override
    public int compareTo(ObjectName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return kind + (group.isEmpty() ? "" : "." + group) + "/" + namespace + "/" + name;
    }
}
