package io.wherry.agent.runtime.docker;

import io.wherry.agent.health.Ages;
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

    /** What {@code docker update} can change, besides the restart policy, and what no engine makes another number of by itself. */
    static final List<String> LIMITS = List.of(
            "Memory",
            "MemorySwap",
            "MemoryReservation",
            "NanoCpus",
            "CpuShares",
            "CpuPeriod",
            "CpuQuota",
            "CpusetCpus",
            "PidsLimit");

    private record Proof(String hash, Instant at) {}

    private final DockerApi docker;
    private final InstantSource clock;
    private final EngineClock engineClock;
    private final Ages ages;
    private final Map<String, Proof> right = new ConcurrentHashMap<>();

    Inspections(DockerApi docker, InstantSource clock) {
        this.docker = docker;
        this.clock = clock;
        this.engineClock = new EngineClock(docker::info, clock, System::nanoTime);
        this.ages = new Ages(engineClock, System::nanoTime);
    }

    /** By the engine's time, in which it says when a container was made and started. */
    Ages ages() {
        return ages;
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
        if (engineClock.wasSet()) {
            right.clear();
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
            Set<String> updated = docker.updatedSince(engineClock.atLeast(oldest), engineClock.atMost(clock.instant()));
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
                        if (!sameLimit(spec.host(), host, field)) {
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

    static boolean sameLimit(Json.Obj wanted, Json.Obj found, String field) {
        String want = limit(wanted, field);
        String have = limit(found, field);
        boolean engines =
                switch (field) {
                    // Twice the memory where nothing was said; -1 on a kernel that counts no swap.
                    case "MemorySwap" -> want.equals("0") || have.equals("-1");
                    // Dropped with a warning on a kernel without them; nobody can take them away later.
                    case "CpusetCpus" -> have.isEmpty();
                    default -> false;
                };
        return engines || want.equals(have);
    }

    /** As people see it: a number, 0 where there is none; processors as they are written. */
    static String limit(Json.Obj host, String field) {
        return switch (host.find(field).orElse(new Json.Null())) {
            // No limit of processes is -1 for Compose, and nothing or 0 in what engines show.
            case Json.Int(long number) -> Long.toString(field.equals("PidsLimit") ? Math.max(0, number) : number);
            case Json.Str(String text) -> text;
            case Json.Null _, Json.Bool _, Json.Dec _, Json.Arr _, Json.Obj _ -> field.equals("CpusetCpus") ? "" : "0";
        };
    }
}
