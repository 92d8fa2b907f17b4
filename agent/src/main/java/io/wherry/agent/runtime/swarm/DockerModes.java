package io.wherry.agent.runtime.swarm;

import io.wherry.agent.health.Health;
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
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.Staging;
import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.agent.runtime.docker.DockerSettings;
import io.wherry.agent.runtime.docker.Engine;
import io.wherry.agent.runtime.docker.EngineException;
import io.wherry.agent.runtime.docker.EngineSocket;
import io.wherry.agent.runtime.docker.ModelException;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Difference;
import io.wherry.contract.StackId;
import io.wherry.contract.SwarmMode;
import io.wherry.contract.json.Json;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;

/** One Docker engine for both kinds of stacks: each deployment's model says whether it runs as containers or in the swarm. */
public final class DockerModes implements Runtime {
    private final DockerRuntime containers;
    private final SwarmRuntime swarm;

    private DockerModes(DockerRuntime containers, SwarmRuntime swarm) {
        this.containers = containers;
        this.swarm = swarm;
    }

    /** The engine is first talked to when something is asked of it. */
    public static DockerModes open(DockerSettings settings, InstantSource clock) {
        return over(settings, new EngineSocket(settings.host()), clock);
    }

    /** @param engine closed with this runtime */
    public static DockerModes over(DockerSettings settings, Engine engine, InstantSource clock) {
        return new DockerModes(DockerRuntime.over(settings, engine, clock), new SwarmRuntime(settings, engine, clock));
    }

    @Override
    public RuntimeInfo info() {
        RuntimeInfo info = containers.info();
        return new RuntimeInfo(
                info.kind(), info.id(), info.version(), info.apiVersion(), info.platform(), swarm.isManager());
    }

    /** Images are made present on this node; the others take them from the registry when they need them. */
    @Override
    public Staging stage(Deployment deployment) {
        if (!isSwarm(deployment)) {
            return containers.stage(deployment);
        }
        try {
            Optional<String> objection = swarm.objection(deployment);
            return objection.isPresent()
                    ? new Staging.Pending(RuntimeReason.SWARM_MANAGER_MISSING, objection.get())
                    : containers.stage(imagesOnly(deployment));
        } catch (ModelException e) {
            return new Staging.Refused(e.reason(), e.detail());
        } catch (EngineException e) {
            return new Staging.Pending(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    /** What the containers' runtime needs to know to make images present. */
    private static Deployment imagesOnly(Deployment deployment) {
        Json.Builder services = Json.object();
        SequencedMap<String, Json> all = deployment.model().object("services").fields();
        all.forEach((name, value) -> {
            Json.Builder service = Json.object();
            if (value instanceof Json.Obj whole) {
                whole.findString("image").ifPresent(image -> service.put("image", image));
                whole.findString("pull_policy").ifPresent(policy -> service.put("pull_policy", policy));
            }
            services.put(name, service.build());
        });
        return new Deployment(
                deployment.identity(),
                Json.object().put("services", services.build()).build(),
                List.of(),
                deployment.deletions(),
                deployment.timing(),
                deployment.images(),
                List.of(),
                false,
                deployment.neighbours());
    }

    @Override
    public boolean has(CarriedImage image) {
        return containers.has(image);
    }

    @Override
    public void load(LoadableImage image) {
        containers.load(image);
    }

    @Override
    public List<Difference> diff(Deployment deployment) {
        return isSwarm(deployment) ? swarm.diff(deployment) : containers.diff(deployment);
    }

    /** Of a swarm's services each node has its own, and the registry has them all. */
    @Override
    public List<String> lostImages(Deployment deployment) {
        return isSwarm(deployment) ? List.of() : containers.lostImages(deployment);
    }

    /** What runs in the other mode has the ports and names, and would run on: it must be taken away first. */
    @Override
    public Application apply(Deployment deployment, ApplyMode mode, Supplier<Optional<Deployment>> before) {
        boolean other =
                isSwarm(deployment) ? containers.holds(deployment.identity()) : swarm.holds(deployment.identity());
        if (other) {
            return new Application.Refused(
                    RuntimeReason.NAME_TAKEN,
                    "stack " + deployment.identity().stackName() + " runs here "
                            + (isSwarm(deployment) ? "as containers" : "in the swarm")
                            + ", and compose.mode cannot change while it runs. Remove it first");
        }
        return isSwarm(deployment) ? swarm.apply(deployment, mode) : containers.apply(deployment, mode, before);
    }

    @Override
    public Health probe(Deployment deployment) {
        return isSwarm(deployment) ? swarm.probe(deployment) : containers.probe(deployment);
    }

    /** The engine is asked each time. */
    @Override
    public Optional<Health> holding(Deployment.Identity identity, Deployment.Timing timing) {
        return Optional.empty();
    }

    @Override
    public Settled commit(Deployment deployment) {
        return isSwarm(deployment) ? swarm.commit(deployment) : containers.commit(deployment);
    }

    @Override
    public Settled rollback(Deployment failed, Optional<Deployment> lastGood) {
        return isSwarm(failed) ? swarm.rollback(failed, lastGood) : containers.rollback(failed, lastGood);
    }

    /** A tombstone's model says nothing of how the stack ran: whatever there is of it goes. */
    @Override
    public Settled remove(Deployment deployment, boolean keepWorkload) {
        if (!isSwarm(deployment)) {
            Settled removed = containers.remove(deployment, keepWorkload);
            boolean more = !keepWorkload && removed instanceof Settled.Done && swarm.holds(deployment.identity());
            return more ? both((Settled.Done) removed, swarm.remove(deployment)) : removed;
        }
        return keepWorkload ? new Settled.Done(List.of(), List.of()) : swarm.remove(deployment);
    }

    private static Settled both(Settled.Done one, Settled other) {
        return switch (other) {
            case Settled.Pending pending -> pending;
            case Settled.Done(var changes, var leftovers, var _) -> {
                List<Change> all = new ArrayList<>(one.changes());
                all.addAll(changes);
                List<String> left = new ArrayList<>(one.leftovers());
                left.addAll(leftovers);
                yield new Settled.Done(all, left);
            }
        };
    }

    @Override
    public List<String> collectImages(Set<String> needed, Set<StackId> stacks) {
        return containers.collectImages(needed, stacks);
    }

    @Override
    public List<ServiceLog> logs(Deployment deployment, int linesEach) {
        return isSwarm(deployment) ? swarm.logs(deployment, linesEach) : containers.logs(deployment, linesEach);
    }

    @Override
    public List<Part> tree(Deployment deployment) {
        return isSwarm(deployment) ? swarm.tree(deployment) : containers.tree(deployment);
    }

    @Override
    public Optional<Outlook> outlook(Deployment deployment) {
        return Optional.empty();
    }

    @Override
    public Exported export(String project) {
        return containers.export(project);
    }

    /** Stacks of a swarm take nothing over, so that none is asked for. */
    @Override
    public Comparison compare(Deployment deployment) {
        return isSwarm(deployment)
                ? Comparison.blocked("stacks of a swarm take over nothing that people made")
                : containers.compare(deployment);
    }

    private static boolean isSwarm(Deployment deployment) {
        return SwarmMode.isAsked(deployment.model());
    }

    @Override
    public void close() {
        containers.close();
    }
}
