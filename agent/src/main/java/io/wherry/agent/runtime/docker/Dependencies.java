package io.wherry.agent.runtime.docker;

import io.wherry.agent.health.Ages;
import io.wherry.agent.health.HealthCheck;
import io.wherry.agent.health.ObjectHealth;
import io.wherry.agent.health.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Waits until what a service depends on is as it asks for. */
final class Dependencies {
    /** Short against the second that a container takes to start, long against the call itself (1 ms). */
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final DockerApi docker;
    private final Wanted wanted;
    private final HealthCheck healthCheck;

    Dependencies(DockerApi docker, Wanted wanted, Ages ages) {
        this.docker = docker;
        this.wanted = wanted;
        Duration timeout = wanted.deployment().timing().healthTimeout();
        this.healthCheck = new HealthCheck(Duration.ZERO, timeout, ages);
    }

    /** @throws DependencyException if a required one failed, or was not ready in time */
    void await(ComposeService service) {
        for (Map.Entry<String, ComposeService.Dependency> entry :
                service.dependencies().entrySet()) {
            ComposeService other = wanted.model().services().get(entry.getKey());
            ComposeService.Dependency dependency = entry.getValue();
            if (other == null || dependency.condition() == ComposeService.Condition.STARTED) {
                continue; // its level came before, so it is started
            }
            try {
                await(service.name(), other, dependency.condition());
            } catch (DependencyException e) {
                if (dependency.required()) {
                    throw e;
                }
            }
        }
    }

    private void await(String waiting, ComposeService other, ComposeService.Condition condition) {
        long deadline =
                System.nanoTime() + wanted.deployment().timing().healthTimeout().toNanos();
        while (!ready(waiting, other, condition)) {
            if (System.nanoTime() - deadline > 0) {
                throw new DependencyException("service/" + waiting + " waits for service/" + other.name()
                        + ", which was not ready after "
                        + wanted.deployment().timing().healthTimeout().toSeconds() + " s");
            }
            try {
                Thread.sleep(LOOK_EVERY);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DependencyException(
                        "service/" + waiting + ": interrupted while waiting for service/" + other.name());
            }
        }
    }

    private boolean ready(String waiting, ComposeService other, ComposeService.Condition condition) {
        List<ContainerSpec> specs = wanted.containers().stream()
                .filter(c -> c.service().equals(other.name()))
                .toList();
        return specs.stream().allMatch(spec -> ready(waiting, spec, condition));
    }

    private boolean ready(String waiting, ContainerSpec spec, ComposeService.Condition condition) {
        Snapshot snapshot = docker.inspect(spec.name())
                .map(json -> Snapshots.of(spec, json))
                .orElseGet(() -> Snapshots.missing(spec));
        if (condition == ComposeService.Condition.COMPLETED) {
            return switch (snapshot.state()) {
                case EXITED -> {
                    if (snapshot.exitCode() != 0) {
                        throw failed(waiting, spec, "ended with exit code " + snapshot.exitCode());
                    }
                    yield true;
                }
                case MISSING -> throw failed(waiting, spec, "is gone");
                case CREATED, RUNNING, RESTARTING, PAUSED -> false;
            };
        }
        ObjectHealth health = healthCheck.judge(snapshot);
        return switch (health.state()) {
            case HEALTHY -> true;
            case STARTING -> false;
            case COMPLETED -> throw failed(waiting, spec, "has ended, but should be healthy");
            case UNHEALTHY -> throw failed(waiting, spec, health.detail());
        };
    }

    /** Why a container could not be started that lives in namespaces of others: one of those does not stay; empty if they all do. */
    Optional<DependencyException> doesNotStay(ContainerSpec spec) {
        return spec.sharing().namespaces().stream()
                .flatMap(other -> wanted.find(other, 1).stream())
                .flatMap(other -> doesNotStay(spec.service(), other).stream())
                .findFirst();
    }

    private Optional<DependencyException> doesNotStay(String waiting, ContainerSpec other) {
        Snapshot snapshot = docker.inspect(other.name())
                .map(inspection -> Snapshots.of(other, inspection))
                .orElseGet(() -> Snapshots.missing(other));
        // Of one that its policy starts again at once, a look a moment later may show that it runs.
        return switch (snapshot.state()) {
            case EXITED ->
                Optional.of(failed(waiting, other, "does not run: it ended with exit code " + snapshot.exitCode()));
            case RESTARTING, RUNNING ->
                snapshot.restarts() == 0
                        ? Optional.empty()
                        : Optional.of(failed(waiting, other, "does not stay: it ends and is started again"));
            case CREATED, PAUSED, MISSING -> Optional.empty();
        };
    }

    private static DependencyException failed(String waiting, ContainerSpec spec, String why) {
        return new DependencyException("service/" + waiting + " needs " + spec.object() + ", which " + why);
    }
}
