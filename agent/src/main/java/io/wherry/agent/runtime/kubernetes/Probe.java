package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Deployment.Timing;
import io.wherry.agent.runtime.Part;
import io.wherry.agent.runtime.kubernetes.Places.Listed;
import io.wherry.agent.runtime.kubernetes.Places.Place;
import io.wherry.agent.runtime.kubernetes.health.ClusterHealth;
import io.wherry.agent.runtime.kubernetes.health.ClusterHealth.Seen;
import io.wherry.agent.runtime.kubernetes.health.LogSource;
import io.wherry.agent.runtime.kubernetes.health.Surroundings;
import io.wherry.base.Workers;
import io.wherry.contract.ObjectName;
import io.wherry.contract.health.HealthRules;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One look at a stack's objects, and at the pods of those that have any. */
final class Probe {
    /** Of a container that is not well: what tells why stands at the end. */
    private static final int LAST_LINES = 10;

    private static final int MAX_LOG_BYTES = 16 << 10;

    /** A kubelet looks at its containers once a second, and tells the API server after that: one that ends at once is seen to run until then. */
    static final Duration MIN_OBSERVE = Duration.ofSeconds(3);

    /** Kinds that make pods; a kind of one's own makes them by one of these, or by itself. */
    static final Set<String> WORKLOADS = Set.of(
            "Deployment.apps",
            "StatefulSet.apps",
            "DaemonSet.apps",
            "ReplicaSet.apps",
            "Job.batch",
            "CronJob.batch",
            "Pod");

    /** Of these nothing but that they are there counts, so their metadata says it all. */
    private static final Set<String> WITHOUT_STATUS = Set.of(
            "ConfigMap",
            "Secret",
            "ServiceAccount",
            "LimitRange",
            "Role.rbac.authorization.k8s.io",
            "RoleBinding.rbac.authorization.k8s.io",
            "ClusterRole.rbac.authorization.k8s.io",
            "ClusterRoleBinding.rbac.authorization.k8s.io",
            "NetworkPolicy.networking.k8s.io",
            "PriorityClass.scheduling.k8s.io",
            "StorageClass.storage.k8s.io");

    private static final Kind POD = Kind.read("", "v1", "Pod", "pods");
    private static final Kind EVENT = Kind.read("", "v1", "Event", "events");
    private static final Kind REPLICA_SET = Kind.read("apps", "v1", "ReplicaSet", "replicasets");
    private static final Kind JOB = Kind.read("batch", "v1", "Job", "jobs");

    private final ClusterApi api;
    private final Optional<String> selector;
    private final List<Listed> read = new ArrayList<>();
    private final BiPredicate<ObjectName, Json.Obj> asSeen;
    private final Set<ObjectName> unchanged = ConcurrentHashMap.newKeySet();
    private boolean listsAreAll;

    /** Of objects of no set: each is got by its name. */
    Probe(ClusterApi api) {
        this(api, Optional.empty(), (_, _) -> false);
    }

    /**
     * Of members of a set, which are listed.
     *
     * @param asSeen whether a member is as it was when more than its health was looked at
     */
    static Probe ofSet(ClusterApi api, String selector, BiPredicate<ObjectName, Json.Obj> asSeen) {
        return new Probe(api, Optional.of(selector), asSeen);
    }

    private Probe(ClusterApi api, Optional<String> selector, BiPredicate<ObjectName, Json.Obj> asSeen) {
        this.api = api;
        this.selector = selector;
        this.asSeen = asSeen;
    }

    /** Members that are as they were seen before. */
    Set<ObjectName> unchanged() {
        return unchanged;
    }

    /** The lists by which the health was judged, if lists were all that it was judged by. */
    List<Listed> read() {
        return listsAreAll ? read : List.of();
    }

    Health judge(List<Declared> declared, HealthRules rules, Timing timing, Instant now) {
        List<Seen> seen = seen(declared, rules);
        ClusterHealth judge = judge(rules, timing, now);
        Surroundings quiet = around(declared);
        Health health = judge.judge(seen, quiet, _ -> List.of());
        return health instanceof Health.Healthy
                ? health
                : judge.judge(seen, withEvents(quiet, declared), this::lastLines); // they tell why
    }

    /** Each object with its pods. */
    List<Part> tree(List<Declared> declared, HealthRules rules, Timing timing, Instant now) {
        return judge(rules, timing, now).tree(seen(declared, rules), withEvents(around(declared), declared));
    }

    private static ClusterHealth judge(HealthRules rules, Timing timing, Instant now) {
        Duration observe = timing.observe().compareTo(MIN_OBSERVE) < 0 ? MIN_OBSERVE : timing.observe();
        return new ClusterHealth(rules, observe, timing.healthTimeout(), now);
    }

    /** As they are now. */
    List<Seen> seen(List<Declared> declared, HealthRules rules) {
        Map<ObjectName, Json.Obj> listed = new ConcurrentHashMap<>();
        selector.ifPresent(set -> list(declared, rules, set, listed));
        List<Seen> seen = new ArrayList<>();
        List<Callable<Seen>> looks = new ArrayList<>();
        for (Declared one : declared) {
            String name = one.key().toString();
            boolean goes = one.goesWhenFinished();
            Optional<Json.Obj> found = Optional.ofNullable(listed.get(one.key()));
            if (found.isPresent() || (goes && selector.isPresent())) {
                seen.add(new Seen(name, found, goes));
            } else { // or somebody has taken the set's label away
                looks.add(
                        () -> new Seen(name, one.served() ? api.find(one.kind(), one.key()) : Optional.empty(), goes));
            }
        }
        listsAreAll = looks.isEmpty();
        seen.addAll(Workers.sideBySide(Trials.SIDE_BY_SIDE, "kubernetes-probe", looks));
        return seen;
    }

    /** One list for each kind and namespace. */
    private void list(List<Declared> declared, HealthRules rules, String set, Map<ObjectName, Json.Obj> into) {
        Map<ObjectName, Declared> wanted = new HashMap<>();
        declared.stream().filter(Declared::served).forEach(one -> wanted.put(one.key(), one));
        Map<Boolean, List<Place>> byBare = Places.of(wanted.values()).places().stream()
                .collect(Collectors.partitioningBy(place -> isBare(place.kind(), rules)));
        byBare.forEach((bare, places) -> read.addAll(new Places(places).each(api, set, bare, (kind, key, item) -> {
            if (wanted.containsKey(key)) {
                if (asSeen.test(key, item)) {
                    unchanged.add(key);
                }
                into.put(key, withoutFields(named(kind, item)));
            }
        })));
    }

    private static boolean isBare(Kind kind, HealthRules rules) {
        return WITHOUT_STATUS.contains(kind.groupKind())
                && rules.find(kind.group(), kind.kind()).isEmpty();
    }

    /** Who changed it when counts, but not what: of a small object that is half of its size. */
    private static Json.Obj withoutFields(Json.Obj item) {
        Json.Arr owners = new Json.Arr(Fields.objects(item, "metadata", "managedFields").stream()
                .map(entry -> (Json) Fields.without(entry, "fieldsV1"))
                .toList());
        return Fields.with(item, owners, "metadata", "managedFields");
    }

    /** What stands around those that have pods. */
    Surroundings around(List<Declared> declared) {
        Set<String> kinds = busy(declared).map(one -> one.kind().groupKind()).collect(Collectors.toSet());
        List<Json.Obj> owners = new ArrayList<>();
        List<Json.Obj> pods = new ArrayList<>();
        for (String namespace : namespaces(declared)) {
            pods.addAll(list(POD, namespace));
            if (kinds.contains("Deployment.apps")) {
                owners.addAll(list(REPLICA_SET, namespace));
            }
            if (kinds.contains("CronJob.batch")) {
                owners.addAll(list(JOB, namespace));
            }
        }
        return new Surroundings(owners, pods, List.of());
    }

    private Surroundings withEvents(Surroundings around, List<Declared> declared) {
        List<Json.Obj> events = new ArrayList<>();
        namespaces(declared).forEach(namespace -> events.addAll(list(EVENT, namespace)));
        return new Surroundings(around.owners(), around.pods(), events);
    }

    /** Those whose health is not theirs alone. */
    private static Stream<Declared> busy(List<Declared> declared) {
        return declared.stream().filter(one -> {
            String kind = one.kind().groupKind();
            return WORKLOADS.contains(kind) || kind.equals("PersistentVolumeClaim");
        });
    }

    private static Set<String> namespaces(List<Declared> declared) {
        return busy(declared).map(one -> one.key().namespace()).collect(Collectors.toCollection(TreeSet::new));
    }

    private List<Json.Obj> list(Kind kind, String namespace) {
        List<Json.Obj> all = new ArrayList<>();
        String what = "list " + kind.plural() + " of namespace " + namespace;
        String version =
                api.each(kind.path(namespace), "", false, what, item -> all.add(withoutFields(named(kind, item))));
        read.add(new Listed(kind.path(namespace), "", version));
        return all;
    }

    /** Items of a list name neither kind nor version. */
    private static Json.Obj named(Kind kind, Json.Obj item) {
        return Fields.with(
                Fields.with(item, new Json.Str(kind.kind()), "kind"), new Json.Str(kind.apiVersion()), "apiVersion");
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
