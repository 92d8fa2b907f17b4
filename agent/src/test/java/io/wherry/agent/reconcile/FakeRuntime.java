package io.wherry.agent.reconcile;

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
import io.wherry.contract.Gap;
import io.wherry.contract.StackId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A runtime in memory: what runs, what is set aside, and what was called in which order. Outlives the agent, as an engine does. */
final class FakeRuntime implements Runtime {
    /** Generation that runs, per stack. */
    final Map<StackId, Long> running = new ConcurrentHashMap<>();
    /** Generation that is set aside, per stack; 0: nothing ran before. */
    final Map<StackId, Long> aside = new ConcurrentHashMap<>();

    final List<String> calls = new CopyOnWriteArrayList<>();
    /** Generation that each apply was told of as the one before; 0: none. */
    final List<Long> ranBefore = new CopyOnWriteArrayList<>();
    /** Image of each apply and rollback, as it was asked for. */
    final List<String> images = new CopyOnWriteArrayList<>();

    final List<Difference> drift = new CopyOnWriteArrayList<>();
    /** Generations that never become healthy. */
    final List<Long> sick = new CopyOnWriteArrayList<>();
    /** Generations that are still starting. */
    final List<Long> starting = new CopyOnWriteArrayList<>();

    final List<ServiceLog> logs = new CopyOnWriteArrayList<>();
    final List<Part> parts = new CopyOnWriteArrayList<>();

    /** Stack names whose images cannot be had. */
    final List<String> imageless = new CopyOnWriteArrayList<>();

    /** What a commit waits for. */
    final List<String> holdsCommit = new CopyOnWriteArrayList<>();

    /** What a way back waits for. */
    final List<String> holdsBack = new CopyOnWriteArrayList<>();

    Runnable beforeApply = () -> {};
    Runnable beforeRollback = () -> {};
    boolean applyPending;
    int probes;
    /** What it knows to hold without a probe; null: nothing. */
    @Nullable
    Health held;

    /** What an apply leaves; null: nothing was away. */
    @Nullable
    Gap gap;

    /** Services whose image the engine has no more. */
    final List<String> lost = new CopyOnWriteArrayList<>();

    /** Names of images that came by file. */
    final List<String> loaded = new CopyOnWriteArrayList<>();

    Runnable beforeLoad = () -> {};

    /** What the tag of the one image means now. */
    String image = "sha256:image";

    /** Who it is. */
    String id = "engine-1";
    /** Why it cannot be reached; null: it can. */
    volatile @Nullable RuntimeReason gone;

    /** Another engine in its place, on which nothing runs. */
    void replaceBy(String other) {
        id = other;
        running.clear();
        aside.clear();
    }

    private void reach() {
        RuntimeReason why = gone;
        if (why != null) {
            throw new RuntimeUnavailable(why, "unix:///test.sock: " + why, null);
        }
    }

    @Override
    public RuntimeInfo info() {
        reach();
        return new RuntimeInfo("docker", id, "1", "1.41", "linux/amd64");
    }

    @Override
    public Staging stage(Deployment deployment) {
        calls.add("stage " + deployment.identity().generation());
        return imageless.contains(deployment.identity().stackName())
                ? new Staging.Pending(RuntimeReason.IMAGE_UNAVAILABLE, "registry does not answer\nat all")
                : new Staging.Staged(new TreeMap<>(Map.of("web", image)));
    }

    @Override
    public boolean has(CarriedImage image) {
        reach();
        return loaded.contains(image.name());
    }

    @Override
    public void load(LoadableImage image) {
        reach();
        beforeLoad.run();
        try (InputStream archive = image.archive()) {
            archive.transferTo(OutputStream.nullOutputStream());
        } catch (IOException | RuntimeException e) { // as an engine's client says it
            throw new RuntimeUnavailable(RuntimeReason.RUNTIME_UNREACHABLE, "the upload broke off", e);
        }
        loaded.add(image.image().name());
    }

    @Override
    public List<Difference> diff(Deployment deployment) {
        reach();
        if (!running.containsKey(deployment.identity().stack())) {
            return List.of(new Difference("service/web", "state", "present", "missing"));
        }
        return List.copyOf(drift);
    }

    @Override
    public List<String> lostImages(Deployment deployment) {
        return List.copyOf(lost);
    }

    @Override
    public Application apply(Deployment deployment, ApplyMode mode, Supplier<Optional<Deployment>> previous) {
        calls.add("apply " + deployment.identity().generation() + " " + mode);
        images.add(deployment.images().getOrDefault("web", "any"));
        ranBefore.add(previous.get().map(b -> b.identity().generation()).orElse(0L));
        beforeApply.run();
        if (applyPending) {
            return new Application.Pending(RuntimeReason.RUNTIME_ERROR, "engine hiccup");
        }
        StackId stack = deployment.identity().stack();
        long before = running.getOrDefault(stack, 0L);
        if (mode == ApplyMode.FULL && before != deployment.identity().generation()) {
            aside.putIfAbsent(stack, before);
        }
        running.put(stack, deployment.identity().generation());
        drift.clear();
        return new Application.Applied(
                List.of(new Change(Change.Action.RECREATED, "service/web", "image", Optional.ofNullable(gap))));
    }

    @Override
    public Health probe(Deployment deployment) {
        probes++;
        reach();
        long now = running.getOrDefault(deployment.identity().stack(), 0L);
        if (now == 0) {
            return new Health.Unhealthy(HealthReason.OBJECT_MISSING, "web is gone", List.of());
        }
        if (sick.contains(now)) {
            return new Health.Unhealthy(HealthReason.EXITED, "exited with 1\nlast line", List.of());
        }
        return starting.contains(now) ? new Health.Starting("web starts", List.of()) : new Health.Healthy(List.of());
    }

    @Override
    public Optional<Health> holding(Deployment.Identity identity, Deployment.Timing timing) {
        return Optional.ofNullable(held);
    }

    @Override
    public Settled commit(Deployment deployment) {
        calls.add("commit " + deployment.identity().generation());
        if (!holdsCommit.isEmpty()) {
            return new Settled.Pending(RuntimeReason.RUNTIME_TIMEOUT, holdsCommit.getFirst());
        }
        aside.remove(deployment.identity().stack());
        return new Settled.Done(List.of(), List.of());
    }

    @Override
    public Settled rollback(Deployment failed, Optional<Deployment> lastGood) {
        calls.add("rollback " + failed.identity().generation());
        lastGood.ifPresent(good -> images.add(good.images().getOrDefault("web", "any")));
        beforeRollback.run();
        if (!holdsBack.isEmpty()) {
            return new Settled.Pending(RuntimeReason.RUNTIME_TIMEOUT, holdsBack.getFirst());
        }
        if (!lost.isEmpty()) {
            return new Settled.Pending(RuntimeReason.IMAGE_UNAVAILABLE, "service/web: the image that ran is gone");
        }
        StackId stack = failed.identity().stack();
        Long before = aside.remove(stack);
        if (before != null) {
            running.put(stack, before);
        }
        return new Settled.Done(List.of(), List.of());
    }

    @Override
    public Settled remove(Deployment deployment, boolean keepWorkload) {
        calls.add("remove " + deployment.identity().stackName() + (keepWorkload ? " keep" : ""));
        if (!keepWorkload) {
            running.remove(deployment.identity().stack());
        }
        return new Settled.Done(List.of(), List.of());
    }

    @Override
    public List<String> collectImages(Set<String> needed, Set<StackId> stacks) {
        return List.of();
    }

    @Override
    public List<ServiceLog> logs(Deployment deployment, int linesEach) {
        calls.add("logs");
        return logs;
    }

    @Override
    public List<Part> tree(Deployment deployment) {
        return parts;
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
    public void close() {}
}
