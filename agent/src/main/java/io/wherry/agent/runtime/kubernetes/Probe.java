package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Deployment.Timing;
import io.wherry.agent.runtime.kubernetes.health.ClusterHealth;
import io.wherry.agent.runtime.kubernetes.health.ClusterHealth.Seen;
import io.wherry.agent.runtime.kubernetes.health.LogSource;
import io.wherry.agent.runtime.kubernetes.health.Surroundings;
import io.wherry.base.Workers;
import io.wherry.contract.health.HealthRules;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** One look at a stack's objects, and at the pods of those that have any. */
final class Probe {
    /** Of a container that is not well: what tells why stands at the end. */
    private static final int LAST_LINES = 10;

    private static final int MAX_LOG_BYTES = 16 << 10;

    /** A kubelet looks at its containers once a second, and tells the API server after that: one that ends at once is seen to run until then. */
    static final Duration MIN_OBSERVE = Duration.ofSeconds(3);

    /** Kinds that make pods; a kind of one's own makes them by one of these, or by itself. */
    private static final Set<String> WORKLOADS = Set.of(
            "Deployment.apps",
            "StatefulSet.apps",
            "DaemonSet.apps",
            "ReplicaSet.apps",
            "Job.batch",
            "CronJob.batch",
            "Pod");

    private static final Kind POD = Kind.read("", "v1", "Pod", "pods");
    private static final Kind EVENT = Kind.read("", "v1", "Event", "events");
    private static final Kind REPLICA_SET = Kind.read("apps", "v1", "ReplicaSet", "replicasets");
    private static final Kind JOB = Kind.read("batch", "v1", "Job", "jobs");

    private final ClusterApi api;

    Probe(ClusterApi api) {
        this.api = api;
    }

    Health judge(List<Declared> declared, HealthRules rules, Timing timing, Instant now) {
        List<Callable<Seen>> looks = declared.stream()
                .<Callable<Seen>>map(one -> () -> new Seen(
                        one.key().toString(),
                        one.served() ? api.find(one.kind(), one.key()) : Optional.<Json.Obj>empty()))
                .toList();
        List<Seen> seen = Workers.sideBySide(Trials.SIDE_BY_SIDE, "kubernetes-probe", looks);
        Duration observe = timing.observe().compareTo(MIN_OBSERVE) < 0 ? MIN_OBSERVE : timing.observe();
        return new ClusterHealth(rules, observe, timing.healthTimeout(), now)
                .judge(seen, around(declared), this::lastLines);
    }

    private Surroundings around(List<Declared> declared) {
        Set<String> namespaces = new TreeSet<>();
        Set<String> kinds = new TreeSet<>();
        for (Declared one : declared) {
            String kind = one.kind().groupKind();
            if (WORKLOADS.contains(kind) || kind.equals("PersistentVolumeClaim")) {
                namespaces.add(one.key().namespace());
                kinds.add(kind);
            }
        }
        List<Json.Obj> owners = new ArrayList<>();
        List<Json.Obj> pods = new ArrayList<>();
        List<Json.Obj> events = new ArrayList<>();
        for (String namespace : namespaces) {
            pods.addAll(list(POD, namespace));
            events.addAll(list(EVENT, namespace));
            if (kinds.contains("Deployment.apps")) {
                owners.addAll(list(REPLICA_SET, namespace));
            }
            if (kinds.contains("CronJob.batch")) {
                owners.addAll(list(JOB, namespace));
            }
        }
        return new Surroundings(owners, pods, events);
    }

    /** Items of a list name neither kind nor version. */
    private List<Json.Obj> list(Kind kind, String namespace) {
        return api
                .list(kind.path(namespace), "", false, "list " + kind.plural() + " of namespace " + namespace)
                .stream()
                .map(item -> Fields.with(
                        Fields.with(item, new Json.Str(kind.kind()), "kind"),
                        new Json.Str(kind.apiVersion()),
                        "apiVersion"))
                .toList();
    }

    private List<String> lastLines(LogSource source) {
        return api
                .log(
                        POD.name(source.namespace(), source.pod()),
                        source.container(),
                        new ClusterApi.LogEnd(LAST_LINES, MAX_LOG_BYTES, source.previous()))
                .stream()
                .flatMap(String::lines)
                .map(line -> line.replaceAll("\\p{Cntrl}", " "))
                .toList();
    }
}
