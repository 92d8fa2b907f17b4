package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Deployment;
import io.wherry.base.Workers;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/** The engine of one site and how it is looked at: what every task of the runtime begins with. */
final class Surroundings {
    private final DockerSettings settings;
    private final DockerApi docker;
    private final InstantSource clock;
    private final Inspections inspections;
    private final Tools tools;

    /** @param drain see {@link Tools} */
    Surroundings(DockerSettings settings, DockerApi docker, InstantSource clock, Duration drain) {
        this.settings = settings;
        this.docker = docker;
        this.clock = clock;
        this.inspections = new Inspections(docker, clock);
        this.tools = new Tools(docker, inspections, clock, drain);
    }

    DockerApi docker() {
        return docker;
    }

    Tools tools() {
        return tools;
    }

    Wanted wanted(Deployment deployment) {
        return Wanted.of(deployment, settings.owner());
    }

    /** For the pulls of one deployment. */
    Images images(Wanted wanted) {
        return new Images(
                docker, settings.pulling(), wanted.deployment().identity().stack(), clock);
    }

    DockerPlanner.Adjustments look(Wanted wanted, Observed observed) {
        return inspections.look(wanted, observed);
    }

    /**
     * One list call per kind, with what the stack has taken over as its own.
     *
     * @param host whether to look at the host's ports and routes too
     */
    Observed observe(Deployment.Identity identity, boolean host) {
        return AdoptedFile.of(identity).read().over(raw(identity.project(), host), identity);
    }

    /** The same by the marks of the objects alone. */
    Observed raw(String project, boolean host) {
        Map<String, Json.Obj> networks = new HashMap<>();
        Map<String, Json.Obj> volumes = new HashMap<>();
        List<ObservedContainer> containers = new ArrayList<>();
        FormerAgents former = settings.former();
        List<Callable<Boolean>> lists = List.of(
                () -> {
                    docker.containers().forEach(c -> containers.add(former.forget(c)));
                    return true;
                },
                () -> {
                    docker.networks().forEach(n -> networks.put(n.string("Name"), former.forget(n)));
                    return true;
                },
                () -> {
                    docker.volumes().forEach(v -> volumes.put(v.string("Name"), former.forget(v)));
                    return true;
                });
        Workers.sideBySide(DockerRuntime.SIDE_BY_SIDE, "docker-list", lists);
        Set<HostPort> listening = host ? HostPorts.listening(settings.net()) : Set.of();
        List<HostRoutes.Route> routes = host ? HostRoutes.read(settings.net()) : List.of();
        return new Observed(settings.owner(), project, containers, networks, volumes, listening, routes);
    }

    /** What each reference shall be: what was staged, else what it means now. */
    Map<String, String> imageIds(Wanted wanted) {
        List<String> references = List.copyOf(new HashSet<>(wanted.model().services().values().stream()
                .map(ComposeService::image)
                .toList()));
        List<Callable<Optional<String>>> looks = new ArrayList<>();
        references.forEach(reference -> looks.add(
                () -> CarriedImages.find(docker, wanted.kept(reference).orElse(reference))));
        List<Optional<String>> ids = Workers.sideBySide(DockerRuntime.SIDE_BY_SIDE, "docker-image", looks);
        Map<String, String> byReference = new HashMap<>();
        for (int i = 0; i < references.size(); i++) {
            String reference = references.get(i);
            ids.get(i).ifPresent(id -> byReference.put(reference, id));
        }
        return byReference;
    }
}
