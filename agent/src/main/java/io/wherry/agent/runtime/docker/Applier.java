package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Change;
import io.wherry.base.Workers;
import io.wherry.contract.Gap;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Carries out steps, services that do not need each other side by side. Thin: what is to be done was decided before. */
final class Applier {
    private final Tools tools;
    private final DockerApi docker;
    private final Wanted wanted;
    private final Dependencies dependencies;
    private final Maker maker;
    private final Swapper swapper;
    private final Ending ending;
    private final HookRunner hooks;
    private final List<Change> changes = new ArrayList<>();
    /** When the container of an object was asked to end: the gap begins. */
    private final Map<String, Instant> ended = new ConcurrentHashMap<>();

    /** @param imageIds image reference to id, of every image that a step may need */
    Applier(Tools tools, Wanted wanted, Map<String, String> imageIds) {
        this.tools = tools;
        this.docker = tools.docker();
        this.wanted = wanted;
        this.dependencies = new Dependencies(docker, wanted, tools.inspections().ages());
        this.maker = new Maker(tools, wanted, imageIds);
        this.swapper = new Swapper(tools, wanted, maker);
        this.ending = new Ending(docker);
        this.hooks = new HookRunner(docker);
    }

    /**
     * @throws EngineException     if the engine refused a step
     * @throws DependencyException if what a container depends on did not come to be as asked for
     * @throws RefusalException    if what was made did not become healthy where that is waited for, or a hook failed
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

    /** What a container of this run that left its networks had there; empty if it did not leave. */
    SequencedMap<String, Json.Obj> left(ObservedContainer container) {
        return swapper.left(container);
    }

    /** @param note what there is to tell beside the reason; may be empty */
    private record Done(Change.Action action, String note, Optional<Gap> gap) {
        Done(Change.Action action) {
            this(action, "", Optional.empty());
        }

        Done(Change.Action action, String note) {
            this(action, note, Optional.empty());
        }
    }

    private Change step(Step step) {
        Done done =
                switch (step) {
                    case Step.CreateShared create -> createShared(create.spec());
                    case Step.ReplaceNetwork replace -> replaceNetwork(replace);
                    case Step.Restart restart -> restart(restart);
                    case Step.SetAside aside -> setAside(aside);
                    case Step.Make make -> make(make);
                    case Step.Swap swap -> swap(swap);
                    case Step.Leave leave -> new Done(Change.Action.SET_ASIDE, told(swapper.leave(leave.container())));
                    case Step.Discard discard -> discard(discard);
                    case Step.BringBack back -> bringBack(back);
                    case Step.Adjust adjust -> adjust(adjust);
                };
        return new Change(
                done.action(),
                step.object(),
                step.why() + (done.note().isEmpty() ? "" : "; " + done.note()),
                done.gap());
    }

    private Done createShared(SharedSpec spec) {
        if (spec.kind() == SharedSpec.Kind.NETWORK) {
            docker.createNetwork(spec.body());
        } else {
            docker.createVolume(spec.body());
        }
        return new Done(Change.Action.CREATED);
    }

    private Done replaceNetwork(Step.ReplaceNetwork step) {
        step.connected().forEach(c -> docker.disconnect(step.spec().name(), c.id()));
        docker.removeNetwork(step.spec().name());
        docker.createNetwork(step.spec().body());
        return new Done(Change.Action.RECREATED);
    }

    private Done restart(Step.Restart step) {
        ending.restart(step.container(), step.object());
        return new Done(Change.Action.RESTARTED);
    }

    private Done setAside(Step.SetAside step) {
        nameAside(step);
        return new Done(Change.Action.SET_ASIDE, end(step));
    }

    /**
     * It runs on. The order is what makes it safe: restart policy first, because after a power cut the engine would start both; name before stop, because
     * the name says whether it ran, and once it is stopped nobody can tell any more.
     */
    private void nameAside(Step.SetAside step) {
        ObservedContainer old = step.container();
        docker.update(old.id(), restartPolicy("no"));
        if (!old.name().equals(step.asideName())) {
            docker.rename(old.id(), step.asideName());
        }
    }

    /** @return what is to be told of its hooks; may be empty */
    private String end(Step.SetAside step) {
        ObservedContainer old = step.container();
        String failure = told(hooks.beforeStop(old));
        if (old.running()) {
            ended.put(step.object(), tools.clock().instant());
        }
        docker.stop(old.id());
        return failure;
    }

    /**
     * What takes the place is made before the one in it ends: the gap is an end and a start, and what cannot be made ends nothing. It is made beside,
     * while the one in the place gives that up, and takes it while that one ends: an engine never starts by itself what was only made.
     */
    private Done make(Step.Make step) {
        discard(step.discard(), step.object());
        ContainerSpec spec = step.spec();
        Map<String, String> labels = spec.config().stringMap("Labels");
        // In its place only when its hooks have run: one that is there counts as made.
        boolean hooked = !Hooks.of(labels).postStart().isEmpty();
        String beside = Names.beside(spec.name(), wanted.generation());
        String failure = "";
        String id;
        if (step.setAside().isPresent()) {
            Step.SetAside aside = step.setAside().get();
            id = meanwhile(() -> maker.create(spec, beside, step.moved()), () -> nameAside(aside));
            failure = meanwhile(() -> end(aside), hooked ? () -> {} : () -> docker.rename(id, spec.name()));
        } else {
            boolean filled = maker.fills(spec);
            id = maker.create(spec, hooked || filled ? beside : spec.name(), step.moved());
            if (filled && !hooked) {
                docker.rename(id, spec.name());
            }
        }
        start(spec, id);
        Optional<Gap> gap = gap(step.object(), step.obstacle());
        if (hooked) {
            hooks.afterStart(id, step.object(), labels);
            docker.rename(id, spec.name());
        }
        boolean anew = step.setAside().isPresent() || !step.discard().isEmpty();
        return new Done(
                anew ? Change.Action.RECREATED : Change.Action.CREATED,
                Stream.of(
                                gap.map(one -> "nothing ran for " + one.millis() + " ms")
                                        .orElse(""),
                                failure)
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining("; ")),
                gap);
    }

    /** The engine says of one whose namespaces are of another that ended no more than an id, and in words of many kinds. */
    private void start(ContainerSpec spec, String id) {
        try {
            docker.start(id);
        } catch (EngineException e) {
            throw dependencies
                    .doesNotStay(spec)
                    .<RuntimeException>map(ended -> ended)
                    .orElse(e);
        }
    }

    /** Both are over when this ends, also when one of them failed. @return what the task gave */
    private static String meanwhile(Callable<String> task, Runnable other) {
        return Workers.sideBySide(2, "docker-make", List.of(task, () -> {
                    other.run();
                    return "";
                }))
                .getFirst();
    }

    /** How long nothing ran in that place; empty where nothing ran before. */
    private Optional<Gap> gap(String object, String obstacle) {
        return Optional.ofNullable(ended.get(object))
                .map(begin -> Duration.between(begin, tools.clock().instant()).toMillis())
                .map(millis -> new Gap(object, Math.clamp(millis, 0, Gap.MAX_MILLIS), obstacle));
    }

    private Done swap(Step.Swap step) {
        String failure = told(swapper.swap(step));
        return new Done(
                Change.Action.RECREATED,
                "no gap: the old one left when the new one was healthy" + (failure.isEmpty() ? "" : "; " + failure));
    }

    private static String told(Optional<String> failure) {
        return failure.orElse("");
    }

    private Done discard(Step.Discard step) {
        ending.discard(step.container());
        return new Done(Change.Action.REMOVED);
    }

    private void discard(List<ObservedContainer> containers, String object) {
        containers.forEach(container -> {
            if (container.running() && !container.beside()) {
                ended.putIfAbsent(object, tools.clock().instant());
            }
            ending.discard(container);
        });
    }

    private Done bringBack(Step.BringBack step) {
        discard(step.discard(), step.object());
        new Connections(docker).name(step.aside().id(), step.spec().endpoints());
        Aside.bringBack(docker, step.aside(), step.spec().name(), step.spec().restart());
        return new Done(Change.Action.RESTORED);
    }

    private Done adjust(Step.Adjust step) {
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
                start(step.spec(), id);
                hooks.afterStart(id, step.object(), step.container().labels());
            }
            return new Done(Change.Action.STARTED);
        }
        return new Done(Change.Action.ADJUSTED);
    }

    static Json.Obj restartPolicy(String restart) {
        return Json.object()
                .put("RestartPolicy", HostSection.restartPolicy(restart))
                .build();
    }
}
