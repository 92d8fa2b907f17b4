package io.wherry.e2e.program;

import io.wherry.e2e.kubernetes.Cluster;
import java.util.Map;

/** Files of a repository for a cluster, by path. */
final class ClusterFiles {
    private ClusterFiles() {}

    /** One Deployment that runs a command, and its settings. */
    static Map<String, String> web(String colour, String command) {
        return Map.of(
                "web.yaml",
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                        - name: web
                          image: %s
                          imagePullPolicy: Never
                          command: [%s]
                          env: [{name: COLOUR, value: %s}]
                """.formatted(Cluster.IMAGE, command, colour),
                "settings.yaml",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {mode: \"0644\", colour: " + colour
                        + "}}\n");
    }

    /** One ConfigMap with one value. */
    static Map<String, String> settings(String name, String value) {
        return Map.of(
                name + ".yaml",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}, data: {value: \"" + value
                        + "\"}}\n");
    }
}
