package io.wherry.agent.runtime.docker;

import io.wherry.agent.health.Ages;
import io.wherry.agent.health.Health;
import io.wherry.agent.health.HealthCheck;
import io.wherry.agent.health.ObjectHealth;
import io.wherry.agent.health.Snapshot;
import io.wherry.agent.runtime.Deployment.Timing;
import io.wherry.agent.runtime.Part;
import io.wherry.base.Workers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** How the containers of a stack do. */
final class Looks {
    private final DockerApi docker;
    private final Wanted wanted;
    private final Ages ages;

    Looks(DockerApi docker, Wanted wanted, Ages ages) {
        this.docker = docker;
        this.wanted = wanted;
        this.ages = ages;
    }

    Health health(Timing timing) {
        return check(timing).judge(snapshots(), this::lastLines);
    }

    /** Each service with its containers. */
    List<Part> tree(Timing timing) {
        HealthCheck check = check(timing);
        List<Snapshot> snapshots = snapshots();
        Map<String, List<Part>> services = new LinkedHashMap<>();
        for (int i = 0; i < snapshots.size(); i++) {
            ContainerSpec spec = wanted.containers().get(i);
            ObjectHealth health = check.judge(snapshots.get(i));
            services.computeIfAbsent("service/" + spec.service(), _ -> new ArrayList<>())
                    .add(new Part(spec.name(), health.state(), health.detail()));
        }
        return services.entrySet().stream()
                .map(service -> Part.of(service.getKey(), service.getValue()))
                .toList();
    }

    private HealthCheck check(Timing timing) {
        return new HealthCheck(timing.observe(), timing.healthTimeout(), ages);
    }

    /** In the order of the containers that are wanted. */
    private List<Snapshot> snapshots() {
        List<Callable<Snapshot>> looks = new ArrayList<>();
        for (ContainerSpec spec : wanted.containers()) {
            looks.add(() -> docker.inspect(spec.name())
                    .map(inspection -> Snapshots.of(spec, inspection))
                    .orElseGet(() -> Snapshots.missing(spec)));
        }
        return Workers.sideBySide(DockerRuntime.SIDE_BY_SIDE, "docker-probe", looks);
    }

    private List<String> lastLines(Snapshot snapshot) {
        return wanted.containers().stream()
                .filter(spec -> spec.object().equals(snapshot.object()))
                .filter(spec -> snapshot.state() != Snapshot.State.MISSING)
                .findFirst()
                .map(spec -> LogLines.newest(docker, spec.name()))
                .orElse(List.of());
    }
}
