package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.ServiceLog;
import io.wherry.agent.runtime.kubernetes.health.ClusterHealth.Seen;
import io.wherry.agent.runtime.kubernetes.health.LogSource;
import io.wherry.agent.runtime.kubernetes.health.Surroundings;
import io.wherry.base.Workers;
import io.wherry.contract.health.HealthRules;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** The newest log lines of a stack's pods: of whatever makes pods, those that its controller made last, found by who owns them. */
final class PodLogs {
    /** Of one container: what an answer to an operator can hold. */
    private static final int MAX_BYTES = 64 << 10;

    /** Of one stack: a workload of a hundred replicas says the same a hundred times. */
    private static final int MAX_CONTAINERS = 50;

    /** Of one line: a stack trace's line fits, a dump of a document does not. */
    private static final int MAX_LINE_CHARS = 1000;

    private static final Kind POD = Kind.read("", "v1", "Pod", "pods");

    private final ClusterApi api;

    PodLogs(ClusterApi api) {
        this.api = api;
    }

    List<ServiceLog> newest(List<Declared> declared, int linesEach) {
        List<Declared> workloads = declared.stream()
                .filter(one -> Probe.WORKLOADS.contains(one.kind().groupKind()))
                .toList();
        Probe probe = new Probe(api);
        Surroundings around = probe.around(workloads);
        List<Callable<ServiceLog>> looks = new ArrayList<>();
        for (Seen seen : probe.seen(workloads, HealthRules.NONE)) {
            for (Json.Obj pod :
                    seen.live().map(live -> around.familyOf(live).pods()).orElse(List.of())) {
                LogSource.all(pod).forEach(source -> looks.add(() -> log(seen.name(), source, linesEach)));
            }
        }
        return Workers.sideBySide(
                Trials.SIDE_BY_SIDE, "kubernetes-log", looks.subList(0, Math.min(looks.size(), MAX_CONTAINERS)));
    }

    private ServiceLog log(String object, LogSource source, int lines) {
        List<String> text = api
                .log(
                        POD.name(source.namespace(), source.pod()),
                        source.container(),
                        new ClusterApi.LogEnd(lines, MAX_BYTES, source.previous()))
                .stream()
                .flatMap(String::lines)
                .map(PodLogs::brief)
                .toList();
        return new ServiceLog(
                object, source.pod() + "/" + source.container() + (source.previous() ? " (its run before)" : ""), text);
    }

    private static String brief(String line) {
        String plain = line.replaceAll("\\p{Cntrl}", " ");
        return plain.length() > MAX_LINE_CHARS ? plain.substring(0, MAX_LINE_CHARS) + " …" : plain;
    }
}
