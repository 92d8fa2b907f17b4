package io.wherry.e2e.simulation;

import io.wherry.agent.health.Health;
import io.wherry.agent.health.HealthReason;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Comparison;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.LoadableImage;
import io.wherry.agent.runtime.Outlook;
import io.wherry.agent.runtime.Part;
import io.wherry.agent.runtime.Runtime;
import io.wherry.agent.runtime.RuntimeInfo;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.Staging;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Difference;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * An engine in memory that changes a stack service by service, and whose caller may die between any two of them. Outlives the agent.
 *
 * <p>Not Docker: how containers are set aside and brought back is tried elsewhere. This one does what the seam promises, and tells halves from wholes.
 */
final class ServiceEngine implements Runtime {
    /** An image that never becomes healthy begins with this. */
    static final String SICK = "sick:";

    private static final Duration START = Duration.ofSeconds(3);

    private final Fate agent;
    private final Random random;
    private final InstantSource clock;
    private final Map<StackId, Objects> stacks = new HashMap<>();
    /** One call in so many meets trouble; 0: none does. */
    private int troubleIn;

    /** What runs and what is set aside: service to image. */
    private static final class Objects {
        final SortedMap<String, String> running = new TreeMap<>();
        final SortedMap<String, String> aside = new TreeMap<>();
        Instant started = Instant.MIN;
    }

    /** @param agent whose death interrupts a call */
    ServiceEngine(Fate agent, Random random, InstantSource clock) {
        this.agent = agent;
        this.random = random;
        this.clock = clock;
    }

    void trouble(int oneIn) {
        troubleIn = oneIn;
    }

    SortedMap<String, String> running(StackId stack) {
        return of(stack).running;
    }

    boolean keepsNothingAside(StackId stack) {
        return of(stack).aside.isEmpty();
    }

    /** Somebody at the site removes a container. */
    void disturb(StackId stack) {
        Objects objects = of(stack);
        if (!objects.running.isEmpty()) {
            objects.running.remove(objects.running.firstKey());
        }
    }

    private Objects of(StackId stack) {
        return stacks.computeIfAbsent(stack, _ -> new Objects());
    }

    private boolean isTrouble() {
        return troubleIn > 0 && random.nextInt(troubleIn) == 0;
    }

    private void reach() {
        agent.step();
        if (isTrouble()) {
            throw new RuntimeUnavailable(RuntimeReason.RUNTIME_UNREACHABLE, "the engine does not answer", null);
        }
    }

    static SortedMap<String, String> images(Json.Obj model) {
        SortedMap<String, String> images = new TreeMap<>();
        Json.Obj services = model.object("services");
        services.fields()
                .keySet()
                .forEach(name -> images.put(name, services.object(name).string("image")));
        return images;
    }

    @Override
    public RuntimeInfo info() {
        reach();
        return new RuntimeInfo("docker", "engine-1", "1", "1.41", "linux/amd64");
    }

    @Override
    public Staging stage(Deployment deployment) {
        reach();
        return isTrouble()
                ? new Staging.Pending(RuntimeReason.IMAGE_UNAVAILABLE, "the registry does not answer")
                : new Staging.Staged(images(deployment.model()));
    }

    @Override
    public boolean has(CarriedImage image) {
        return false;
    }

    @Override
    public void load(LoadableImage image) {
        throw new UnsupportedOperationException("images by file: none are carried here");
    }

    @Override
    public List<Difference> diff(Deployment deployment) {
        reach();
        return of(deployment.identity().stack()).running.equals(images(deployment.model()))
                ? List.of()
                : List.of(new Difference("service/a", "state", "as declared", "otherwise"));
    }

    @Override
    public List<String> lostImages(Deployment deployment) {
        return List.of();
    }

    @Override
    public Application apply(Deployment deployment, ApplyMode mode, Supplier<Optional<Deployment>> previous) {
        reach();
        Objects objects = of(deployment.identity().stack());
        List<Change> changes = new ArrayList<>();
        for (String service : differing(objects, images(deployment.model()))) {
            if (isTrouble()) {
                return new Application.Pending(RuntimeReason.RUNTIME_ERROR, "the engine hiccups");
            }
            agent.step();
            String before = objects.running.remove(service);
            if (before != null && mode == ApplyMode.FULL) {
                objects.aside.putIfAbsent(service, before);
            }
            start(objects, service, images(deployment.model()));
            changes.add(new Change(Change.Action.RECREATED, "service/" + service, "image"));
        }
        return new Application.Applied(changes);
    }

    private void start(Objects objects, String service, SortedMap<String, String> images) {
        agent.step();
        String image = images.get(service);
        if (image != null) {
            objects.running.put(service, image);
            objects.started = clock.instant();
        }
    }

    private static SortedSet<String> differing(Objects objects, SortedMap<String, String> wanted) {
        SortedSet<String> services = new TreeSet<>(objects.running.keySet());
        services.addAll(wanted.keySet());
        services.removeIf(name -> wanted.containsKey(name) && wanted.get(name).equals(objects.running.get(name)));
        return services;
    }

    @Override
    public Health probe(Deployment deployment) {
        reach();
        Objects objects = of(deployment.identity().stack());
        if (!objects.running.equals(images(deployment.model()))) {
            return new Health.Unhealthy(HealthReason.OBJECT_MISSING, "a service is not there", List.of());
        }
        if (objects.running.values().stream().anyMatch(image -> image.startsWith(SICK))) {
            return new Health.Unhealthy(HealthReason.EXITED, "exited with 1", List.of());
        }
        return clock.instant().isBefore(objects.started.plus(START))
                ? new Health.Starting("starts", List.of())
                : new Health.Healthy(List.of());
    }

    /** The engine is asked each time. */
    @Override
    public Optional<Health> holding(Deployment.Identity identity, Deployment.Timing timing) {
        return Optional.empty();
    }

    @Override
    public Settled commit(Deployment deployment) {
        reach();
        SortedMap<String, String> aside = of(deployment.identity().stack()).aside;
        while (!aside.isEmpty()) {
            if (isTrouble()) {
                return new Settled.Pending(RuntimeReason.RUNTIME_ERROR, "the engine hiccups");
            }
            agent.step();
            aside.remove(aside.firstKey());
        }
        return new Settled.Done(List.of(), List.of());
    }

    @Override
    public Settled rollback(Deployment failed, Optional<Deployment> lastGood) {
        reach();
        Objects objects = of(failed.identity().stack());
        SortedMap<String, String> wanted =
                lastGood.map(good -> images(good.model())).orElseGet(TreeMap::new);
        for (String service : differing(objects, wanted)) {
            if (isTrouble()) {
                return new Settled.Pending(RuntimeReason.RUNTIME_ERROR, "the engine hiccups");
            }
            agent.step();
            objects.running.remove(service);
            start(objects, service, wanted);
        }
        agent.step();
        objects.aside.clear();
        return new Settled.Done(List.of(), List.of());
    }

    @Override
    public Settled remove(Deployment deployment, boolean keepWorkload) {
        reach();
        Objects objects = of(deployment.identity().stack());
        while (!objects.running.isEmpty()) {
            agent.step();
            objects.running.remove(objects.running.firstKey());
        }
        agent.step();
        objects.aside.clear();
        return new Settled.Done(List.of(), List.of());
    }

    @Override
    public List<String> collectImages(Set<String> needed, Set<StackId> stacks) {
        return List.of();
    }

    @Override
    public List<ServiceLog> logs(Deployment deployment, int linesEach) {
        return List.of();
    }

    @Override
    public List<Part> tree(Deployment deployment) {
        return List.of();
    }

    @Override
    public Optional<Outlook> outlook(Deployment deployment) {
        return Optional.empty();
    }

    @Override
    public Exported export(String project) {
        return new Exported.Projects(List.of());
    }

    @Override
    public Comparison compare(Deployment deployment) {
        return new Comparison(List.of(), List.of());
    }

    @Override
    public void close() {
        // it outlives its callers
    }
}
