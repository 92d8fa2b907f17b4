package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The objects of an agent that runs in the cluster which it applies to, as YAML for {@code kubectl apply -f -}. Pure: the same question gives the same text.
 *
 * @param name         of the agent in the fleet
 * @param namespace    where it lives
 * @param image        reference of the agent's image
 * @param scope        namespaces that its stacks may touch; empty: the whole cluster
 * @param environment  of the site
 * @param storageClass of the claim that keeps its state; empty: the cluster's default
 */
record AgentManifest(
        String name,
        String namespace,
        String image,
        List<String> scope,
        Optional<String> environment,
        Optional<String> storageClass) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern CLASS = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
    private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}");

    /** What the agent asks of objects: reads, watches, server-side apply (patch and create), giving back what was taken over, deletion. */
    private static final String RULES = """
              - {apiGroups: ["*"], resources: ["*"], verbs: [get, list, watch, create, patch, update, delete]}
              # For stacks with a service account of their own.
              - {apiGroups: [""], resources: [serviceaccounts], verbs: [impersonate]}
            """;

    /** What both containers have in common. */
    private static final String CONTAINER = """
            image: "@IMAGE@"
            imagePullPolicy: IfNotPresent
            securityContext:
              allowPrivilegeEscalation: false
              readOnlyRootFilesystem: true
              capabilities: {drop: [ALL]}
            resources:
              requests: {cpu: 20m, memory: 96Mi}
              limits: {memory: 256Mi}
            volumeMounts:
              - {name: state, mountPath: /var/lib/wherry-agent}
              - {name: settings, mountPath: /etc/wherry, readOnly: true}
              - {name: join, mountPath: /etc/wherry-join, readOnly: true}
              - {name: run, mountPath: /run/wherry-agent}
              - {name: tmp, mountPath: /tmp}
            """;

    /** @throws CliException naming the argument that cannot stand in such a manifest */
    AgentManifest {
        scope = List.copyOf(scope);
        require("NAME", name, LABEL, "a-z, 0-9 and -, at most 63 characters");
        require("--namespace", namespace, LABEL, "a-z, 0-9 and -, at most 63 characters");
        if (namespace.equals("default") || namespace.startsWith("kube-")) {
            throw CliException.usage(
                    "--namespace: \"" + namespace
                            + "\" holds others' pods, which its Pod Security would then refuse (expected: one of the agent's own)");
        }
        require("--image", image, REFERENCE, "a reference such as registry.example.org/wherry-agent:1.0");
        scope.forEach(one -> require("--scope", one, LABEL, "cluster, or namespaces=a,b"));
        environment.ifPresent(one -> require("--environment", one, LABEL, "a-z, 0-9 and -, at most 63 characters"));
        storageClass.ifPresent(one -> require("--storage-class", one, CLASS, "the name of a StorageClass"));
    }

    private static void require(String argument, String value, Pattern form, String expected) {
        if (!form.matcher(value).matches()) {
            throw CliException.usage(argument + ": \"" + value + "\" (expected: " + expected + ")");
        }
    }

    /**
     * All of it, in the order in which it must come.
     *
     * @param token join token, checked already; empty: the Secret is somebody else's to make
     */
    String yaml(Optional<String> token) {
        List<String> documents = new ArrayList<>(List.of(frame(), account(), lookRole()));
        if (scope.isEmpty()) {
            documents.add(clusterRole());
        }
        scope.forEach(one -> documents.add(namespaceRole(one)));
        documents.add(settings());
        token.ifPresent(text -> documents.add(secret(text)));
        documents.add(claim());
        documents.add(deployment());
        return String.join("---\n", documents);
    }

    private String frame() {
        return filled("""
                # A Wherry agent in the cluster that it applies to, made by: wherry agent manifest
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: @NAMESPACE@
                  labels:
                    pod-security.kubernetes.io/enforce: restricted
                """);
    }

    private String account() {
        return filled("""
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: wherry-agent, namespace: @NAMESPACE@}
                automountServiceAccountToken: false
                """);
    }

    /** Who the cluster is, and whether a stack's namespace is there. */
    private String lookRole() {
        List<String> seen = new ArrayList<>(scope);
        seen.addFirst("kube-system");
        return filled("""
                # By the uid of kube-system the agent knows its cluster again.
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: wherry-agent-@NAMESPACE@}
                rules:
                  - apiGroups: [""]
                    resources: [namespaces]
                    resourceNames: [@SEEN@]
                    verbs: [get]
                """.replace(
                        "@SEEN@", String.join(", ", seen.stream().distinct().toList()))) + "---\n"
                + filled("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: wherry-agent-@NAMESPACE@}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: wherry-agent-@NAMESPACE@}
                subjects: [{kind: ServiceAccount, name: wherry-agent, namespace: @NAMESPACE@}]
                """);
    }

    private String clusterRole() {
        return filled("""
                # Whatever signed stacks hold, in every namespace. It can give no right that it has not itself: no "escalate", no "bind".
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: wherry-agent-@NAMESPACE@-stacks}
                rules:
                @RULES@
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: wherry-agent-@NAMESPACE@-stacks}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: wherry-agent-@NAMESPACE@-stacks}
                subjects: [{kind: ServiceAccount, name: wherry-agent, namespace: @NAMESPACE@}]
                """);
    }

    private String namespaceRole(String target) {
        return filled("""
                # What signed stacks hold in namespace @TARGET@, which must be there already, and nothing beyond it.
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: wherry-agent-@NAMESPACE@, namespace: @TARGET@}
                rules:
                @RULES@
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: wherry-agent-@NAMESPACE@, namespace: @TARGET@}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: wherry-agent-@NAMESPACE@}
                subjects: [{kind: ServiceAccount, name: wherry-agent, namespace: @NAMESPACE@}]
                """).replace("@TARGET@", target);
    }

    private String settings() {
        return filled("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: wherry-agent, namespace: @NAMESPACE@}
                data:
                  agent.yaml: |
                @SETTINGS@""").replace("@SETTINGS@", agentYaml().indent(4));
    }

    private String agentYaml() {
        return "name: \"" + name + "\"\n"
                + environment.map(one -> "environment: \"" + one + "\"\n").orElse("") + "runtime: kubernetes\n";
    }

    private String secret(String token) {
        return filled("""
                # Good for one use. The agent reads it once; then: kubectl delete secret wherry-agent-join -n @NAMESPACE@
                apiVersion: v1
                kind: Secret
                metadata: {name: wherry-agent-join, namespace: @NAMESPACE@}
                stringData:
                  token: "@TOKEN@"
                """).replace("@TOKEN@", token);
    }

    private String claim() {
        return filled("""
                # Keys, floors, journal and fetched bundles. Lost, the agent must join anew.
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: wherry-agent, namespace: @NAMESPACE@}
                spec:
                  accessModes: [ReadWriteOnce]
                @CLASS@  resources: {requests: {storage: 1Gi}}
                """)
                .replace(
                        "@CLASS@",
                        storageClass
                                .map(one -> "  storageClassName: \"" + one + "\"\n")
                                .orElse(""));
    }

    private String deployment() {
        return filled("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: wherry-agent, namespace: @NAMESPACE@}
                spec:
                  # One, and never two side by side: the second would wait for the lock of the state folder, and then end.
                  replicas: 1
                  strategy: {type: Recreate}
                  revisionHistoryLimit: 2
                  selector: {matchLabels: {app.kubernetes.io/name: wherry-agent}}
                  template:
                    metadata:
                      labels: {app.kubernetes.io/name: wherry-agent}
                      annotations:
                        # A changed ConfigMap starts the agent anew.
                        wherry.io/settings: "@HASH@"
                    spec:
                      serviceAccountName: wherry-agent
                      automountServiceAccountToken: true
                      terminationGracePeriodSeconds: 90
                      nodeSelector: {kubernetes.io/os: linux}
                      securityContext:
                        runAsNonRoot: true
                        runAsUser: 65532
                        runAsGroup: 65532
                        fsGroup: 65532
                        # Else each start would open the state folder to the group, and the agent refuses such a one.
                        fsGroupChangePolicy: OnRootMismatch
                        seccompProfile: {type: RuntimeDefault}
                      initContainers:
                        # Joins the hub once; later it only looks, and needs the token no more.
                        - name: join
                          args: [join, --unless-joined, --token-file, /etc/wherry-join/token]
                @CONTAINER@
                      containers:
                        # No probes: each would start a second JVM, and what ends is started again anyway. At the hub it shows as unreachable.
                        - name: agent
                          args: [run]
                @CONTAINER@
                      volumes:
                        - {name: state, persistentVolumeClaim: {claimName: wherry-agent}}
                        - {name: settings, configMap: {name: wherry-agent}}
                        - {name: join, secret: {secretName: wherry-agent-join, optional: true}}
                        - {name: run, emptyDir: {medium: Memory, sizeLimit: 16Mi}}
                        - {name: tmp, emptyDir: {sizeLimit: 64Mi}}
                """)
                .replace("@HASH@", Digest.of(agentYaml().getBytes(UTF_8)).brief())
                .replace("@CONTAINER@\n", filled(CONTAINER).indent(10));
    }

    private String filled(String template) {
        return template.replace("@NAMESPACE@", namespace)
                .replace("@IMAGE@", image)
                .replace("@RULES@\n", RULES);
    }
}
