package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Comparison;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.LoadableImage;
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
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Kubernetes by server-side apply: try, apply in phases, look, delete what is named. How and why stands in docs/reference/kubernetes-runtime.md. */
public final class KubernetesRuntime implements Runtime {
    private static final String NOT_HERE =
            "the Kubernetes runtime takes no images from bundle files (expected: images in a registry that the nodes reach)";

    private final ApiServer server;
    private final ClusterApi agent;
    private final Work.Surroundings around;

    /** What the cluster serves, by who asks: what one may not see another may. */
    private final Map<Optional<String>, Discovery> discoveries = new ConcurrentHashMap<>();

    KubernetesRuntime(ApiServer server, KubernetesSettings settings, InstantSource clock) {
        this.server = new PatientApiServer(server, Thread::sleep);
        this.agent = new ClusterApi(this.server, Optional.empty());
        this.around = new Work.Surroundings(settings.owner(), settings.hashKey(), clock);
    }

    /** Opens the runtime; the cluster is first talked to when something is asked of it. */
    public static KubernetesRuntime open(KubernetesSettings settings, InstantSource clock) {
        return new KubernetesRuntime(new ApiServerClient(settings.kubeconfig()), settings, clock);
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

    /** Images are the nodes' to pull; what is looked at here is whether the cluster knows the kinds. */
    @Override
    public Staging stage(Deployment deployment) {
        try {
            Work work = work(deployment);
            work.freshly().declared();
            return new Staging.Staged(new TreeMap<>());
        } catch (ModelException e) {
            return new Staging.Refused(e.reason(), e.detail());
        } catch (ApiException e) {
            return new Staging.Pending(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean has(CarriedImage image) {
        throw new RuntimeUnavailable(RuntimeReason.UNSUPPORTED_FIELD, image.name() + ": " + NOT_HERE, null);
    }

    @Override
    public void load(LoadableImage image) {
        throw new RuntimeUnavailable(
                RuntimeReason.UNSUPPORTED_FIELD, image.image().name() + ": " + NOT_HERE, null);
    }

    @Override
    public List<Difference> diff(Deployment deployment) {
        return reaching(() -> work(deployment).diff());
    }

    @Override
    public List<String> lostImages(Deployment deployment) {
        return List.of(); // the nodes pull them anew
    }

    /** In every mode only what differs is written, except that {@code ALWAYS} leaves it to the API server to find that nothing does. */
    @Override
    public Application apply(Deployment deployment, ApplyMode mode) {
        try {
            return new Application.Applied(work(deployment).apply(mode));
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
        return reaching(() -> work(deployment).probe());
    }

    @Override
    public Settled commit(Deployment deployment) {
        return settle(() -> work(deployment).commit());
    }

    @Override
    public Settled rollback(Deployment failed, Optional<Deployment> lastGood) {
        return settle(() -> {
            Optional<Work> good = lastGood.map(this::work);
            Supplier<List<Change>> undo = () -> undo(failed, good);
            List<Change> changes = good.map(work -> work.comeBack(failed, () -> leftTraces(failed, work), undo))
                    .orElseGet(undo);
            return new Settled.Done(changes, List.of());
        });
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
            if (good.isEmpty()) {
                work.forgetIfEmpty();
            }
            return changes;
        } catch (ModelException e) {
            return List.of(); // found before its first write, so nothing of it is there
        }
    }

    @Override
    public Settled remove(Deployment deployment, boolean keepWorkload) {
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

    /** The kubelet does that. */
    @Override
    public List<String> collectImages(Set<String> needed, Set<StackId> stacks) {
        return List.of();
    }

    @Override
    public List<ServiceLog> logs(Deployment deployment, int linesEach) {
        return reaching(() -> {
            Work work = work(deployment);
            return new PodLogs(work.api()).newest(work.declared(), linesEach);
        });
    }

    @Override
    public Exported export(String project) {
        return new Exported.Refused(
                RuntimeReason.NOT_EXPORTABLE,
                "a Kubernetes cluster cannot be read as a Compose file (expected: an agent of a Docker engine)");
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
        server.close();
    }
}
