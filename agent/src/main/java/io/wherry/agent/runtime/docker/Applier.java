package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Change;
import io.wherry.base.Workers;
import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Carries out steps, services that do not need each other side by side. Thin: what is to be done was decided before. */
final class Applier {
    private final DockerApi docker;
    private final Wanted wanted;
    private final Map<String, String> imageIds;
    private final Dependencies dependencies;
    private final Inspections inspections;
    private final List<Change> changes = new ArrayList<>();

    /** @param imageIds image reference to id, of every image that a step may need */
    Applier(
            DockerApi docker,
            Wanted wanted,
            Map<String, String> imageIds,
            Dependencies dependencies,
            Inspections inspections) {
        this.docker = docker;
        this.wanted = wanted;
        this.imageIds = imageIds;
        this.dependencies = dependencies;
        this.inspections = inspections;
    }

    /**
     * @throws EngineException     if the engine refused a step
     * @throws DependencyException if what a container depends on did not come to be as asked for
     */
    void run(Plan.Steps plan) {
        plan.prepare().forEach(step -> changes.add(step(step)));
        plan.before().forEach(step -> changes.add(step(step)));
        for (Map<String, List<Step>> level : plan.levels()) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            level.forEach((service, steps) -> tasks.add(() -> {
                dependencies.await(wanted.model().service(service));
                return true;
            }));
            Workers.sideBySide(DockerRuntime.SIDE_BY_SIDE, "docker-wait", tasks);
            List<Callable<Change>> containers = new ArrayList<>();
            level.values().forEach(steps -> steps.forEach(step -> containers.add(() -> step(step))));
            changes.addAll(Workers.sideBySide(DockerRuntime.SIDE_BY_SIDE, "docker-apply", containers));
        }
    }

    List<Change> changes() {
        return List.copyOf(changes);
    }

    private Change step(Step step) {
        Change.Action done =
                switch (step) {
                    case Step.CreateShared create -> createShared(create.spec());
                    case Step.ReplaceNetwork replace -> replaceNetwork(replace);
                    case Step.Restart restart -> restart(restart);
                    case Step.SetAside aside -> setAside(aside);
                    case Step.Make make -> make(make);
                    case Step.BringBack back -> bringBack(back);
                    case Step.Adjust adjust -> adjust(adjust);
                };
        return new Change(done, step.object(), step.why());
    }

    private Change.Action createShared(SharedSpec spec) {
        if (spec.kind() == SharedSpec.Kind.NETWORK) {
            docker.createNetwork(spec.body());
        } else {
            docker.createVolume(spec.body());
        }
        return Change.Action.CREATED;
    }

    private Change.Action replaceNetwork(Step.ReplaceNetwork step) {
        step.connected().forEach(c -> docker.disconnect(step.spec().name(), c.id()));
        docker.removeNetwork(step.spec().name());
        docker.createNetwork(step.spec().body());
        return Change.Action.RECREATED;
    }

    private Change.Action restart(Step.Restart step) {
        docker.restart(step.container().id());
        return Change.Action.RESTARTED;
    }

    /**
     * The order is what makes it safe. Restart policy first: after a power cut the engine would start both. Name before stop: the name says
     * whether it ran, and once it is stopped nobody can tell any more.
     */
    private Change.Action setAside(Step.SetAside step) {
        ObservedContainer old = step.container();
        docker.update(old.id(), restartPolicy("no"));
        if (!old.name().equals(step.asideName())) {
            docker.rename(old.id(), step.asideName());
        }
        docker.stop(old.id());
        return Change.Action.SET_ASIDE;
    }

    private Change.Action make(Step.Make step) {
        discard(step.discard());
        step.setAside().ifPresent(this::setAside);
        ContainerSpec spec = step.spec();
        String image = spec.image();
        Optional<String> named = docker.imageId(image);
        String imageId = Optional.ofNullable(imageIds.get(image))
                .or(() -> named)
                .orElseThrow(() -> new EngineException(404, "No such image: " + image, "create " + spec.name()));
        // By its name as long as that means this image, so that people can read what "docker ps" shows.
        ContainerSpec.Made madeOf =
                new ContainerSpec.Made(imageId, named.filter(imageId::equals).isPresent() ? image : imageId);
        Json.Obj body = spec.body(madeOf, step.moved(), this::containerOf, docker.speaks());
        Instant before = inspections.now();
        String id = docker.create(spec.name(), body);
        inspections.made(id, spec, before);
        spec.endpoints().sequencedKeySet().stream()
                .skip(1)
                .forEach(network -> docker.connect(network, id, spec.endpoint(network)));
        docker.start(id);
        return step.setAside().isPresent() || !step.discard().isEmpty()
                ? Change.Action.RECREATED
                : Change.Action.CREATED;
    }

    private void discard(List<ObservedContainer> containers) {
        containers.forEach(c -> {
            docker.stop(c.id()); // by its own grace period: it may be writing to a volume that stays
            docker.remove(c.id());
        });
    }

    private String containerOf(String service) {
        return docker.containers().stream()
                .filter(c -> c.name()
                        .equals(wanted.find(service, 1).map(ContainerSpec::name).orElse("")))
                .map(ObservedContainer::id)
                .findFirst()
                .orElseThrow(() -> new DependencyException(
                        "service/" + service + " has no container, so nothing of it can be shared"));
    }

    private Change.Action bringBack(Step.BringBack step) {
        discard(step.discard());
        connect(step.spec(), step.aside());
        Aside.bringBack(docker, step.aside(), step.spec().name(), step.spec().restart());
        return Change.Action.RESTORED;
    }

    private void connect(ContainerSpec spec, ObservedContainer container) {
        spec.endpoints().forEach((network, endpoint) -> {
            if (!container.networks().contains(network)) {
                docker.connect(network, container.id(), endpoint);
            }
        });
    }

    private Change.Action adjust(Step.Adjust step) {
        String id = step.container().id();
        step.disconnect().forEach(network -> docker.disconnect(network, id));
        step.connect()
                .forEach(network -> docker.connect(network, id, step.spec().endpoint(network)));
        if (step.rename()) {
            docker.rename(id, step.spec().name());
        }
        if (step.restartPolicy()) {
            docker.update(id, restartPolicy(step.spec().restart()));
        }
        if (step.start()) {
            if (step.container().state().equals("paused")) {
                docker.unpause(id);
            } else {
                docker.start(id);
            }
            return Change.Action.STARTED;
        }
        return Change.Action.ADJUSTED;
    }

    static Json.Obj restartPolicy(String restart) {
        return Json.object()
                .put("RestartPolicy", HostSection.restartPolicy(restart))
                .build();
    }
}
