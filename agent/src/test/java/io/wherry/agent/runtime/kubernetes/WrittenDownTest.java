package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.YamlWriter;
import org.junit.jupiter.api.Test;

class WrittenDownTest {
    private static String written(String live) {
        return YamlWriter.write(WrittenDown.of(JsonReader.object(live.getBytes(UTF_8))));
    }

    @Test
    void whatTheClusterAddedToAServiceGoesAndAHeadlessOneStaysHeadless() {
        assertThat(written("""
                {"kind": "Service", "apiVersion": "v1",
                 "metadata": {"name": "web", "namespace": "shop", "uid": "1", "resourceVersion": "7", "creationTimestamp": "x",
                   "managedFields": [{"manager": "kubectl"}], "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"}},
                 "spec": {"clusterIP": "10.0.0.7", "clusterIPs": ["10.0.0.7"], "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
                   "internalTrafficPolicy": "Cluster", "sessionAffinity": "None", "type": "ClusterIP",
                   "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}, {"port": 53, "protocol": "UDP", "targetPort": 5353}],
                   "selector": {"app": "web"}},
                 "status": {"loadBalancer": {}}}
                """)).isEqualTo("""
                apiVersion: v1
                kind: Service
                metadata:
                  name: web
                  namespace: shop
                spec:
                  ports:
                  - port: 80
                  - port: 53
                    protocol: UDP
                    targetPort: 5353
                  selector:
                    app: web
                """);
        assertThat(written("""
                {"kind": "Service", "apiVersion": "v1", "metadata": {"name": "db"}, "spec": {"clusterIP": "None", "clusterIPs": ["None"]}}
                """)).contains("clusterIP: None").doesNotContain("clusterIPs");
    }

    @Test
    void defaultsOfAPodGoAndWhatSomebodySaidStays() {
        assertThat(written("""
                {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": "web", "annotations": {"deployment.kubernetes.io/revision": "3"}},
                 "spec": {"progressDeadlineSeconds": 600, "revisionHistoryLimit": 2, "replicas": 3,
                   "strategy": {"rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}, "type": "RollingUpdate"},
                   "template": {"metadata": {"creationTimestamp": null, "labels": {"app": "web"}},
                     "spec": {"dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default-scheduler",
                       "securityContext": {}, "terminationGracePeriodSeconds": 5, "serviceAccount": "web", "serviceAccountName": "web",
                       "containers": [{"name": "web", "image": "shop:1", "imagePullPolicy": "IfNotPresent", "resources": {},
                         "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
                         "readinessProbe": {"failureThreshold": 3, "periodSeconds": 5, "successThreshold": 1, "timeoutSeconds": 1,
                           "httpGet": {"path": "/", "port": 80, "scheme": "HTTP"}}}]}}},
                 "status": {"replicas": 3}}
                """)).isEqualTo("""
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: web
                spec:
                  revisionHistoryLimit: 2
                  replicas: 3
                  template:
                    metadata:
                      labels:
                        app: web
                    spec:
                      terminationGracePeriodSeconds: 5
                      serviceAccountName: web
                      containers:
                      - name: web
                        image: shop:1
                        readinessProbe:
                          periodSeconds: 5
                          httpGet:
                            path: /
                            port: 80
                """);
    }

    @Test
    void aJobLosesWhatItsControllerChoseAndAKindOfOnesOwnLosesNothingOfItsSpec() {
        assertThat(written("""
                {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": "migrate", "labels": {"controller-uid": "1", "job-name": "migrate"}},
                 "spec": {"backoffLimit": 6, "completions": 1, "parallelism": 1, "suspend": false, "manualSelector": false,
                   "selector": {"matchLabels": {"batch.kubernetes.io/controller-uid": "1"}},
                   "template": {"metadata": {"labels": {"batch.kubernetes.io/controller-uid": "1", "app": "m"}},
                     "spec": {"restartPolicy": "Never", "containers": []}}}}
                """)).isEqualTo("""
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: migrate
                spec:
                  template:
                    metadata:
                      labels:
                        app: m
                    spec:
                      restartPolicy: Never
                      containers: []
                """);
        assertThat(written("""
                {"kind": "Deployment", "apiVersion": "shop.test/v1", "metadata": {"name": "own"}, "spec": {"revisionHistoryLimit": 10}}
                """)).contains("revisionHistoryLimit: 10");
    }
}
