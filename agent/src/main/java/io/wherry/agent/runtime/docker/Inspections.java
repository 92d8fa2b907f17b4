package io.wherry.agent.runtime.docker;

import io.wherry.base.Workers;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds what a list call does not show: restart policy and limits, which {@code docker update} can change on a container.
 *
 * <p>A container that was inspected and right is not inspected again until the engine tells of an update, so that a look at a stack where
 * nothing changed costs one call for all of them.
 */
final class Inspections {
    /** The engine remembers its latest 256 events only, so now and then everything is looked at whatever it tells. */
    private static final Duration LOOK_ANEW = Duration.ofMinutes(10);

    /** What {@code docker update} can change, besides the restart policy. */
    private static final List<String> LIMITS =
            List.of("Memory", "MemoryReservation", "NanoCpus", "CpuShares", "CpuPeriod", "CpuQuota", "PidsLimit");

    private record Proof(String hash, Instant at) {}

    private final DockerApi docker;
    private final InstantSource clock;
    private final Map<String, Proof> right = new ConcurrentHashMap<>();

    Inspections(DockerApi docker, InstantSource clock) {
        this.docker = docker;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    /** A container that we made is right until the engine tells otherwise. */
    void made(String id, ContainerSpec spec, Instant before) {
        right.put(id, new Proof(spec.hash(), before));
    }

    /** Of the containers that are otherwise as wanted, those whose restart policy or limits are not. */
    DockerPlanner.Adjustments look(Wanted wanted, Observed observed) {
        Map<ObservedContainer, ContainerSpec> same = new HashMap<>();
        for (ContainerSpec spec : wanted.containers()) {
            observed.current(spec.service(), spec.number()).stream()
                    .filter(c -> spec.hash().equals(c.label(Labels.CONFIG_HASH)))
                    .forEach(c -> same.put(c, spec));
        }
        Set<String> known = stillRight(same);
        Instant now = clock.instant();
        Map<String, String> wrongLimits = new ConcurrentHashMap<>();
        Set<String> wrongRestart = ConcurrentHashMap.newKeySet();
        List<Callable<Boolean>> tasks = new ArrayList<>();
        same.forEach((container, spec) -> {
            if (!known.contains(container.id())) {
                tasks.add(() -> look(container, spec, now, wrongRestart, wrongLimits));
            }
        });
        Workers.sideBySide(DockerRuntime.SIDE_BY_SIDE, "docker-inspect", tasks);
        return new DockerPlanner.Adjustments(Set.copyOf(wrongRestart), Map.copyOf(wrongLimits));
    }

    private Set<String> stillRight(Map<ObservedContainer, ContainerSpec> same) {
        Set<String> known = new HashSet<>();
        Instant oldest = clock.instant();
        for (Map.Entry<ObservedContainer, ContainerSpec> entry : same.entrySet()) {
            Proof proof = right.get(entry.getKey().id());
            if (proof != null
                    && proof.hash().equals(entry.getValue().hash())
                    && proof.at().plus(LOOK_ANEW).isAfter(clock.instant())) {
                known.add(entry.getKey().id());
                oldest = proof.at().isBefore(oldest) ? proof.at() : oldest;
            }
        }
        if (!known.isEmpty()) {
            Set<String> updated = docker.updatedSince(oldest, clock.instant());
            known.removeAll(updated);
            right.keySet().removeAll(updated);
        }
        return known;
    }

    private boolean look(
            ObservedContainer container,
            ContainerSpec spec,
            Instant now,
            Set<String> wrongRestart,
            Map<String, String> wrongLimits) {
        right.remove(container.id());
        return docker.inspect(container.id())
                .map(inspection -> {
                    Json.Obj host = inspection.object("HostConfig");
                    boolean restart = !sameRestart(spec.host().object("RestartPolicy"), host.object("RestartPolicy"));
                    if (restart) {
                        wrongRestart.add(container.id());
                    }
                    for (String field : LIMITS) {
                        if (number(spec.host(), field) != number(host, field)) {
                            wrongLimits.put(container.id(), "limit " + field);
                        }
                    }
                    boolean fine = !restart && !wrongLimits.containsKey(container.id());
                    if (fine) {
                        right.put(container.id(), new Proof(spec.hash(), now));
                    }
                    return fine;
                })
                .orElse(false);
    }

    static boolean sameRestart(Json.Obj wanted, Json.Obj found) {
        return restartName(wanted).equals(restartName(found))
                && wanted.integerOr("MaximumRetryCount", 0) == found.integerOr("MaximumRetryCount", 0);
    }

    static String restartName(Json.Obj policy) {
        String name = policy.findString("Name").orElse("");
        return name.isEmpty() ? "no" : name;
    }

    static long number(Json.Obj host, String field) {
        return host.find(field).filter(v -> v instanceof Json.Int).isPresent() ? host.integer(field) : 0;
    }
}
