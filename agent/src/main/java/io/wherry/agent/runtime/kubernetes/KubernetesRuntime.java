package io.wherry.agent.runtime.kubernetes;

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
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.SecretMask;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.Staging;
import io.wherry.agent.runtime.kubernetes.images.NodeImages;
import io.wherry.base.WallClock;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Difference;
import io.wherry.contract.ObjectName;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Kubernetes by server-side apply: try, apply in phases, look, delete what is named. How and why stands in docs/reference/kubernetes-runtime.md. */
public final class KubernetesRuntime implements Runtime {
    private static final Logger LOG = System.getLogger(KubernetesRuntime.class.getName());

    private final ApiServer server;
    private final ClusterApi agent;
    private final Work.Surroundings around;
    private final NodeImages images;

    /** What the cluster serves, by who asks: what one may not see another may. */
    private final Map<Optional<String>, Discovery> discoveries = new ConcurrentHashMap<>();

    /** @param passing time that passes, whatever the clock is set to */
    KubernetesRuntime(ApiServer server, KubernetesSettings settings, InstantSource clock, InstantSource passing) {
        this.server = new PatientApiServer(server, Thread::sleep);
        this.agent = new ClusterApi(this.server, Optional.empty());
        this.around = new Work.Surroundings(
                settings.owner(),
                settings.former(),
                settings.hashKey(),
                clock,
                passing,
                new Sightings.OfAll(),
                new Vigils(passing));
        this.images = settings.images();
    }

    /** Opens the runtime; the cluster is first talked to when something is asked of it. */
    public static KubernetesRuntime open(KubernetesSettings settings, InstantSource clock) {
        return new KubernetesRuntime(new ApiServerClient(settings.kubeconfig()), settings, clock, WallClock.passing());
    }

    /** The cluster is known by its first namespace: it is made with the cluster, and cannot be deleted. */
    @Override
    public RuntimeInfo info() {
        return reaching(() -> {
            Json.Obj version = agent.get("/version", "get the version");
            Json.Obj first = agent.get("/api/v1/namespaces/kube-system", "get Namespace//kube-system");
            return new RuntimeInfo(
                    "kubernetes",
                    Fields.text(first, "metadata", "uid"),
                    Fields.text(version, "gitVersion"),
                    Fields.text(version, "major") + "." + Fields.text(version, "minor"),
                    Fields.text(version, "platform"));
        });
    }

    /** Images are the nodes' to pull, or came by a file; what is looked at here is whether the cluster knows the kinds. */
    @Override
    public Staging stage(Deployment deployment) {
        try {
            Work work = work(deployment);
            work.freshlyBut(work.unchanged()).declared();
            return new Staging.Staged(images.staged(PodImages.of(deployment.model())));
        } catch (ModelException e) {
            return new Staging.Refused(e.reason(), e.detail());
        } catch (ApiException e) {
            return new Staging.Pending(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean has(CarriedImage image) {
        return images.has(image);
    }

    @Override
    public void load(LoadableImage image) {
        images.load(image);
        if (!images.forAllNodes()) {
            tellOfOtherNodes(image.image().name());
        }
    }

    /** An image goes to the agent's own node: on another one it is missing, and the pod there waits for a registry. */
    private void tellOfOtherNodes(String image) {
        try {
            int nodes = agent.list("/api/v1/nodes", "", true, "list nodes").size();
            if (nodes > 1) {
                LOG.log(
                        Level.WARNING,
                        "image " + image + " was put on this machine's node alone, and the cluster has " + nodes
                                + ": pods on another one do not find it");
            }
        } catch (ApiException | RuntimeUnavailable e) {
            LOG.log(
                    Level.INFO,
                    "image " + image + " was put on this machine's node; whether there are others is not known: "
                            + e.getMessage());
        }
    }

    @Override
    public List<Difference> diff(Deployment deployment) {
        return reaching(() -> work(deployment).diff());
    }

    @Override
    public List<String> lostImages(Deployment deployment) {
        return List.of(); // the nodes pull them anew
    }

    /** In every mode only what differs is written, except that {@code ALWAYS} leaves it to the API server to find that nothing does. Objects have no files. */
    @Override
    public Application apply(Deployment deployment, ApplyMode mode, Supplier<Optional<Deployment>> before) {
        try {
            Work work = work(deployment); // knows what was watched until now
            around.vigils().end(deployment.identity().stack()); // what is changed now is judged by what it became
            return new Application.Applied(work.apply(mode));
        } catch (ModelException e) {
            return new Application.Refused(e.reason(), e.detail());
        } catch (PendingException e) {
            return new Application.Pending(e.reason(), e.detail());
        } catch (ApiException e) {
            return e.isVerdict()
                    ? new Application.Refused(e.reason(), String.valueOf(e.getMessage()))
                    : new Application.Pending(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Health probe(Deployment deployment) {
        return holding(deployment.identity(), deployment.timing())
                .orElseGet(() -> reaching(() -> work(deployment).probe()));
    }

    @Override
    public Optional<Health> holding(Deployment.Identity identity, Deployment.Timing timing) {
        return around.vigils().holding(identity, timing);
    }

    @Override
    public Settled commit(Deployment deployment) {
        return settle(() -> work(deployment).commit());
    }

    @Override
    public Settled rollback(Deployment failed, Optional<Deployment> lastGood) {
        around.vigils().end(failed.identity().stack());
        return settle(() -> {
            Optional<Work> good = lastGood.map(this::work);
            Supplier<List<Change>> undo = () -> undo(failed, good);
            List<Change> changes = good.map(
                            work -> work.comeBack(failed, replaceable(failed), () -> leftTraces(failed, work), undo))
                    .orElseGet(undo);
            return new Settled.Done(changes, List.of());
        });
    }

    private Set<ObjectName> replaceable(Deployment failed) {
        try {
            return work(failed).replaceable();
        } catch (ModelException e) {
            return Set.of(); // found before its first write
        }
    }

    private boolean leftTraces(Deployment failed, Work good) {
        try {
            return work(failed).leftTraces(good);
        } catch (ModelException e) {
            return false; // found before its first write
        }
    }

    private List<Change> undo(Deployment failed, Optional<Work> good) {
        try {
            Work work = work(failed).freshly();
            List<Change> changes = work.undo(good);
            if (good.isEmpty() || good.get().stoodElsewhere(work)) {
                work.forgetIfEmpty();
            }
            return changes;
        } catch (ModelException e) {
            return List.of(); // found before its first write, so nothing of it is there
        }
    }

    @Override
    public Settled remove(Deployment deployment, boolean keepWorkload) {
        around.sightings().forget(deployment.identity().stack());
        around.vigils().end(deployment.identity().stack());
        return keepWorkload
                ? new Settled.Done(List.of(), List.of()) // its marks stay: the same stack finds it again
                : settle(() -> work(deployment).remove());
    }

    private static Settled settle(Supplier<Settled> settling) {
        try {
            return settling.get();
        } catch (ModelException e) {
            return new Settled.Pending(e.reason(), e.detail());
        } catch (PendingException e) {
            return new Settled.Pending(e.reason(), e.detail());
        } catch (ApiException e) {
            return new Settled.Pending(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    /** What nodes pulled and what containerd took in is the kubelet's to take away. */
    @Override
    public List<String> collectImages(Set<String> needed, Set<StackId> stacks) {
        return images.collect(needed);
    }

    @Override
    public List<ServiceLog> logs(Deployment deployment, int linesEach) {
        return reaching(() -> {
            Work work = work(deployment);
            SecretMask mask = work.mask();
            return new PodLogs(work.api())
                    .newest(work.declared(), linesEach).stream().map(mask::over).toList();
        });
    }

    @Override
    public List<Part> tree(Deployment deployment) {
        return reaching(() -> work(deployment).tree());
    }

    /** What would be refused is said in the place of what would change. */
    @Override
    public Optional<Outlook> outlook(Deployment deployment) {
        try {
            return Optional.of(work(deployment).outlook());
        } catch (ModelException e) {
            return Optional.of(Outlook.blocked(e.reason().code() + ": " + e.detail()));
        } catch (PendingException e) {
            return Optional.of(Outlook.blocked(e.reason().code() + ": " + e.detail()));
        } catch (ApiException e) {
            if (e.isVerdict()) {
                return Optional.of(Outlook.blocked(e.reason().code() + ": " + e.getMessage()));
            }
            throw new RuntimeUnavailable(e.reason(), String.valueOf(e.getMessage()), e);
        }
    }

    /** The objects of a namespace. */
    @Override
    public Exported export(String namespace) {
        return reaching(() -> new ExportedNamespace(agent, discovery(agent)).read(namespace));
    }

    /** A plan for a cluster asks for the objects' own differences; only a Compose project is compared as a whole. */
    @Override
    public Comparison compare(Deployment deployment) {
        return Comparison.blocked(
                "a Kubernetes cluster has no Compose project to take over (expected: an agent of a Docker engine)");
    }

    private Work work(Deployment deployment) {
        return Work.of(deployment, agent, this::discovery, around);
    }

    private Discovery discovery(ClusterApi api) {
        return discoveries.computeIfAbsent(api.user(), user -> new Discovery(api));
    }

    /** Looking has no outcome of its own for failures: whatever goes wrong, nothing could be seen now. */
    private static <T> T reaching(Supplier<T> look) {
        try {
            return look.get();
        } catch (ApiException e) {
            throw new RuntimeUnavailable(e.reason(), String.valueOf(e.getMessage()), e);
        } catch (ModelException e) {
            throw new RuntimeUnavailable(e.reason(), e.detail(), e);
        } catch (PendingException e) {
            throw new RuntimeUnavailable(e.reason(), e.detail(), e);
        }
    }

    @Override
    public void close() {
        around.vigils().close();
        server.close();
    }
}
