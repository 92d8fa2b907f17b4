package io.wherry.agent.runtime.docker;

import io.wherry.agent.health.HealthCheck;
import io.wherry.agent.health.ObjectHealth;
import io.wherry.agent.health.Snapshot;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Start-first: the next container becomes healthy beside the one that serves, without a name on any network; then the names move, and the old one ends.
 *
 * <p>What makes it safe at every call: the old one has its names until the next one has them too <em>and</em> stands in its place. Up to there whatever is
 * beside can be thrown away, and from there on the old one is set aside like any other.
 */
final class Swapper {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Tools tools;
    private final DockerApi docker;
    private final Wanted wanted;
    private final Maker maker;
    private final Connections connections;
    private final Ending ending;
    private final Map<String, SequencedMap<String, Json.Obj>> left = new ConcurrentHashMap<>();

    Swapper(Tools tools, Wanted wanted, Maker maker) {
        this.tools = tools;
        this.docker = tools.docker();
        this.wanted = wanted;
        this.maker = maker;
        this.connections = new Connections(docker);
        this.ending = new Ending(docker);
    }

    /**
     * @return what went wrong without harm
     * @throws RefusalException if the next one did not become healthy; the old one was not touched then
     */
    Optional<String> swap(Step.Swap step) {
        step.beside().forEach(ending::discard);
        ContainerSpec spec = step.spec();
        ObservedContainer old = step.old();
        ContainerSpec unfound = spec.with(Connections.nameless(spec.endpoints()));
        String id = maker.create(unfound, Names.beside(spec.name(), wanted.generation()), Map.of());
        docker.start(id);
        new HookRunner(docker).afterStart(id, spec.object(), spec.config().stringMap("Labels"));
        awaitHealthy(id, spec);
        connections.name(id, spec.endpoints());
        docker.update(old.id(), Applier.restartPolicy("no"));
        if (!old.name().equals(step.asideName())) {
            docker.rename(old.id(), step.asideName());
        }
        docker.rename(id, spec.name());
        return leave(old);
    }

    /** Ends a container whose place is taken: nobody finds it any more, then it answers what it was asked, then it stops. May be repeated. */
    Optional<String> leave(ObservedContainer old) {
        SequencedMap<String, Json.Obj> had = connections.unname(old.id());
        if (!had.isEmpty()) {
            left.put(old.id(), had);
            Pause.sleep(tools.drain(), old.name() + " answers what it was asked");
        }
        Optional<String> failure = ending.stop(old);
        connections.leave(old.id());
        return failure;
    }

    /** Networks and names that a container had before it left, in this run; empty if it did not. */
    SequencedMap<String, Json.Obj> left(ObservedContainer container) {
        return left.getOrDefault(container.id(), new java.util.LinkedHashMap<>());
    }

    private void awaitHealthy(String id, ContainerSpec spec) {
        Deployment.Timing timing = wanted.deployment().timing();
        HealthCheck check = new HealthCheck(
                timing.observe(), timing.healthTimeout(), tools.inspections().ages());
        // The check judges by its own times; this ends what is neither good nor bad for ever, as a paused one.
        long deadline = System.nanoTime()
                + timing.healthTimeout().multipliedBy(2).plus(timing.observe()).toNanos();
        while (true) {
            Snapshot snapshot = docker.inspect(id)
                    .map(inspection -> Snapshots.of(spec, inspection))
                    .orElseGet(() -> Snapshots.missing(spec));
            ObjectHealth health = check.judge(snapshot);
            boolean late = System.nanoTime() - deadline > 0;
            switch (health.state()) {
                case HEALTHY, COMPLETED -> {
                    return;
                }
                case UNHEALTHY -> throw unhealthy(id, spec, health.detail());
                case STARTING -> {
                    if (late) {
                        throw unhealthy(id, spec, health.detail());
                    }
                    Pause.sleep(LOOK_EVERY, spec.object() + " becomes healthy");
                }
            }
        }
    }

    private RefusalException unhealthy(String id, ContainerSpec spec, String detail) {
        String log = String.join(" | ", LogLines.newest(docker, id));
        return new RefusalException(
                RuntimeReason.REPLACEMENT_UNHEALTHY,
                spec.object() + ": the new container " + detail + ", so the old one was not touched"
                        + (log.isEmpty() ? "" : "; last log lines: " + log));
    }
}
