package io.wherry.e2e.program;

import io.wherry.e2e.kubernetes.Cluster;
import io.wherry.e2e.pack.Packages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * An agent as a pod of the tests' cluster. That has neither a volume provisioner nor routes to services, so the test brings a volume of the node, and the
 * pod reaches the API server by the node's own network.
 */
final class AgentInCluster {
    private final String namespace;

    AgentInCluster(String namespace) {
        this.namespace = namespace;
    }

    /** What the API server says to the manifest as it is printed, with its pods held to what the namespace demands. Changes only the namespace. */
    String tried(Fleet fleet) throws Exception {
        kubectl("create", "namespace", namespace);
        kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted");
        return kubectl("apply", "--dry-run=server", "-f", file(fleet, manifest(fleet, "tried")));
    }

    /** Joins by the Secret of the manifest. Connected when this returns. */
    void start(Fleet fleet, String name, String... options) throws Exception {
        Cluster.get().load(Packages.of("agent", "--image"));
        Path volume = Files.createDirectory(
                fleet.folder().resolve("volume"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxrwxrwx")); // as K3s makes them
        kubectl("apply", "-f", file(fleet, volume(volume)));
        List<String> all = new ArrayList<>(List.of(options));
        Path token = Files.writeString(
                fleet.folder().resolve("token"), fleet.operator().token("--labels", "site=" + name));
        all.addAll(List.of("--token-file", token.toString()));
        String manifest = manifest(fleet, name, all.toArray(String[]::new));
        kubectl("apply", "-f", file(fleet, onTheNodesNetwork(manifest)));
        try {
            fleet.until(
                    "the hub knows it",
                    () -> fleet.operator().says("get", "agent", name).exit() == 0);
            fleet.operator().does("wait", "agent", name, "--for", "connected", "--timeout", "4m");
        } catch (AssertionError e) {
            throw new AssertionError(kubectl("describe", "pods", "-n", namespace), e);
        }
    }

    private String manifest(Fleet fleet, String name, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("agent", "manifest", name, "--namespace", namespace));
        command.addAll(List.of(options));
        return fleet.operator().does(command.toArray(String[]::new)).out();
    }

    private static String file(Fleet fleet, String text) throws IOException {
        return Files.writeString(fleet.folder().resolve("objects.yaml"), text).toString();
    }

    private String volume(Path folder) {
        return """
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: %1$s}
                spec:
                  capacity: {storage: 1Gi}
                  accessModes: [ReadWriteOnce]
                  claimRef: {namespace: %1$s, name: wherry-agent}
                  hostPath: {path: %2$s}
                """.formatted(namespace, folder);
    }

    private static String onTheNodesNetwork(String manifest) {
        String server = kubectl("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}");
        String[] address = server.replace("https://", "").split(":");
        return manifest.replace("enforce: restricted", "enforce: privileged")
                .replace("      initContainers:\n", "      hostNetwork: true\n      initContainers:\n")
                .replace(
                        "          imagePullPolicy:",
                        "          env:\n"
                                + "            - {name: KUBERNETES_SERVICE_HOST, value: \"" + address[0] + "\"}\n"
                                + "            - {name: KUBERNETES_SERVICE_PORT, value: \"" + address[1] + "\"}\n"
                                + "          imagePullPolicy:");
    }

    /** One of the technician's commands, in the pod. @return what came of it, a failure too */
    String says(String command) {
        try {
            return kubectl(
                    "exec", "-n", namespace, "deployment/wherry-agent", "-c", "agent", "--", "java", "@agent", command);
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Its next process finds a folder that has joined, and no token. */
    void startAnewWithoutItsToken() {
        kubectl("delete", "secret", "wherry-agent-join", "-n", namespace);
        kubectl("rollout", "restart", "deployment/wherry-agent", "-n", namespace);
        kubectl("rollout", "status", "deployment/wherry-agent", "-n", namespace, "--timeout=2m");
    }

    void remove() {
        kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=2m"); // its pod holds the volume
        kubectl("delete", "persistentvolume", namespace, "--ignore-not-found");
        String look = "wherry-agent-" + namespace;
        kubectl("delete", "clusterrole,clusterrolebinding", look, look + "-stacks", "--ignore-not-found");
    }

    private static String kubectl(String... arguments) {
        return Cluster.get().kubectl(arguments);
    }
}
