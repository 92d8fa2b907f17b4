package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.ServiceLog;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The newest log lines of a stack's pods. */
final class PodLogs {
    /** Of one container: what an answer to an operator can hold. */
    private static final int MAX_BYTES = 64 << 10;

    /** Of one stack: a workload of a hundred replicas says the same a hundred times. */
    private static final int MAX_CONTAINERS = 50;

    private static final Kind POD = Kind.read("", "v1", "Pod", "pods");

    private final ClusterApi api;

    PodLogs(ClusterApi api) {
        this.api = api;
    }

    List<ServiceLog> newest(List<Declared> declared, int linesEach) {
        List<ServiceLog> logs = new ArrayList<>();
        for (Declared one : declared) {
            for (Json.Obj pod : pods(one)) {
                for (Json.Obj container : Fields.objects(pod, "spec", "containers")) {
                    if (logs.size() < MAX_CONTAINERS) {
                        logs.add(log(one, pod, Fields.text(container, "name"), linesEach));
                    }
                }
            }
        }
        return logs;
    }

    private ServiceLog log(Declared owner, Json.Obj pod, String container, int lines) {
        ObjectName name = POD.name(Fields.text(pod, "metadata", "namespace"), Fields.text(pod, "metadata", "name"));
        List<String> text = api.log(name, container, new ClusterApi.LogEnd(lines, MAX_BYTES, false)).stream()
                .flatMap(String::lines)
                .toList();
        return new ServiceLog(owner.key().toString(), name.name() + "/" + container, text);
    }

    /** Of a workload, as it selects them; a pod is its own. */
    List<Json.Obj> pods(Declared workload) {
        if (workload.kind().groupKind().equals("Pod")) {
            return api.find(POD, workload.key()).stream().toList();
        }
        String selector = selector(workload);
        return selector.isEmpty()
                ? List.of()
                : api.list(
                        POD.path(workload.key().namespace()),
                        "labelSelector=" + Kind.segment(selector),
                        false,
                        "list pods of " + workload.key());
    }

    /** Empty: it has no pods of its own. */
    private static String selector(Declared workload) {
        return switch (workload.kind().groupKind()) {
            case "Deployment.apps", "StatefulSet.apps", "DaemonSet.apps", "ReplicaSet.apps" ->
                labels(Fields.object(workload.object(), "spec", "selector", "matchLabels"));
            case "Job.batch" -> "batch.kubernetes.io/job-name=" + workload.key().name();
            default -> "";
        };
    }

    private static String labels(Json.Obj labels) {
        List<String> terms = new ArrayList<>();
        for (Map.Entry<String, Json> label : labels.fields().entrySet()) {
            if (label.getValue() instanceof Json.Str(String value)) {
                terms.add(label.getKey() + "=" + value);
            }
        }
        return String.join(",", terms);
    }
}
