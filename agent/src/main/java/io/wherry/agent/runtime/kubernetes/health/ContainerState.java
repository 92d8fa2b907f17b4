package io.wherry.agent.runtime.kubernetes.health;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How one container of a pod does.
 *
 * @param init       whether it runs before the others, and ends (a sidecar does not)
 * @param waiting    why it waits, one word; empty: it does not
 * @param words      what the kubelet adds to that
 * @param endedWith  exit code of its present state or, where it runs or waits again, of its last run; empty: never ended
 * @param ended      whether it has ended and is not started again now
 * @param outOfMemory whether the kernel ended that run for its memory
 * @param runningSince empty: does not run
 * @param probed     whether a readiness probe decides about it
 */
record ContainerState(
        String name,
        boolean init,
        String waiting,
        String words,
        OptionalLong endedWith,
        boolean ended,
        boolean outOfMemory,
        Optional<Instant> runningSince,
        boolean ready,
        long restarts,
        boolean probed) {

    /** In the order in which they start. */
    static List<ContainerState> of(Json.Obj pod) {
        Set<String> sidecars = Fields.objects(pod, "spec", "initContainers").stream()
                .filter(c -> Fields.text(c, "restartPolicy").equals("Always"))
                .map(c -> Fields.text(c, "name"))
                .collect(Collectors.toSet());
        List<Json.Obj> specs = new ArrayList<>(Fields.objects(pod, "spec", "initContainers"));
        specs.addAll(Fields.objects(pod, "spec", "containers"));
        Set<String> probed = specs.stream()
                .filter(c -> c.find("readinessProbe").isPresent())
                .map(c -> Fields.text(c, "name"))
                .collect(Collectors.toSet());
        List<ContainerState> states = new ArrayList<>();
        for (Json.Obj status : Fields.objects(pod, "status", "initContainerStatuses")) {
            states.add(of(status, !sidecars.contains(Fields.text(status, "name")), probed));
        }
        for (Json.Obj status : Fields.objects(pod, "status", "containerStatuses")) {
            states.add(of(status, false, probed));
        }
        return states;
    }

    private static ContainerState of(Json.Obj status, boolean init, Set<String> probed) {
        String name = Fields.text(status, "name");
        boolean ended = Fields.find(status, "state", "terminated").isPresent();
        Json.Obj end = Fields.object(status, ended ? "state" : "lastState", "terminated");
        boolean everEnded = !end.fields().isEmpty();
        return new ContainerState(
                name,
                init,
                Fields.text(status, "state", "waiting", "reason"),
                Fields.text(status, "state", "waiting", "message"),
                everEnded ? OptionalLong.of(Fields.number(0, end, "exitCode")) : OptionalLong.empty(),
                ended,
                Fields.text(end, "reason").equals("OOMKilled"),
                Fields.time(status, "state", "running", "startedAt"),
                Fields.truth(status, "ready"),
                Fields.number(0, status, "restartCount"),
                probed.contains(name));
    }

    /** Whether it has ended and does not run again yet. */
    boolean isDown() {
        return !init && runningSince.isEmpty() && endedWith.isPresent();
    }

    boolean waits(String reason) {
        return waiting.equals(reason);
    }

    /** {@code ended with exit code 137, killed for using more memory than its limit}. */
    String ending() {
        return "ended with exit code " + endedWith.orElse(0)
                + (outOfMemory ? ", killed for using more memory than its limit" : "");
    }
}
