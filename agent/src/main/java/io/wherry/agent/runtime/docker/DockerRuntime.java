package io.wherry.agent.runtime.docker;

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
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.Staging;
import io.wherry.base.Workers;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Difference;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Docker: observe, plan, execute. What harms nothing and why stands in docs/explanation/zero-harm.md. */
public final class DockerRuntime implements Runtime {
    /** Calls at a time: the engine serialises most of its work beyond that, and each costs memory on both sides. */
    static final int SIDE_BY_SIDE = 8;

    /**
     * An engine makes it once, with its data folder, and keeps it over restarts and upgrades; it cannot be removed. The engine's own id does neither: it
     * survives a wiped data folder where {@code /etc/docker/key.json} is left, and changes with the upgrade from 20.10.
     */
    private static final String FIRST_NETWORK = "none";

    private final DockerSettings settings;
    private final Engine engine;
    private final DockerApi docker;
    private final InstantSource clock;
    private final Inspections inspections;
    private final Tools tools;
    private final Differences differences;

    DockerRuntime(DockerSettings settings, Engine engine, InstantSource clock) {
        this(settings, engine, clock, Tools.DRAIN);
    }

    /** @param drain see {@link Tools} */
    DockerRuntime(DockerSettings settings, Engine engine, InstantSource clock, Duration drain) {
        this.settings = settings;
        this.engine = engine;
        this.docker = new DockerApi(engine);
        this.clock = clock;
        this.inspections = new Inspections(docker, clock);
        this.tools = new Tools(docker, inspections, clock, drain);
        this.differences = new Differences(settings.hashKey());
    }

    /** Opens the runtime; the engine is first talked to when something is asked of it. */
    public static DockerRuntime open(DockerSettings settings, InstantSource clock) {
        return new DockerRuntime(settings, new EngineSocket(settings.host()), clock);
    }

    /** Opens it over an engine that others use too; {@link #close} closes that. */
    public static DockerRuntime over(DockerSettings settings, Engine engine, InstantSource clock) {
        return new DockerRuntime(settings, engine, clock);
    }

    /** Whether containers of this stack are on the engine, running or not. */
    public boolean holds(Deployment.Identity identity) {
        return reaching(() -> !observe(identity, false).current().isEmpty());
    }

    @Override
    public RuntimeInfo info() {
        return reaching(this::whoIsThere);
    }

    private RuntimeInfo whoIsThere() {
        Json.Obj version = docker.version();
        return new RuntimeInfo(
                "docker",
                docker.networkId(FIRST_NETWORK)
                        .orElseGet(() -> docker.info().findString("ID").orElse("")),
                version.string("Version"),
                ApiVersion.negotiate(version).toString(),
                version.findString("Os").orElse("linux") + "/"
                        + version.findString("Arch").orElse("unknown"));
    }

    @Override
    public Staging stage(Deployment deployment) {
        try {
            Wanted wanted = Wanted.of(deployment, settings.owner());
            Requirements.check(wanted, docker);
            Images images = images(wanted);
            SortedMap<String, String> staged = new TreeMap<>();
            Map<String, String> ids = new HashMap<>();
            for (ComposeService service : wanted.model().services().values()) {
                if (!ids.containsKey(service.image())) {
                    ids.put(
                            service.image(),
                            wanted.kept(service.image())
                                    .map(id -> images.keep(service, id))
                                    .orElseGet(() -> images.obtain(service)));
                    images.noteUsed(ids.getOrDefault(service.image(), ""));
                }
                images.obtainMounted(service);
                staged.put(service.name(), ids.getOrDefault(service.image(), ""));
            }
            return new Staging.Staged(staged);
        } catch (ModelException e) {
            return new Staging.Refused(e.reason(), e.detail());
        } catch (ImageException e) {
            return new Staging.Pending(e.reason(), e.detail());
        } catch (EngineException e) {
            return new Staging.Pending(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean has(CarriedImage image) {
        return reaching(() -> CarriedImages.id(docker, image).isPresent());
    }

    @Override
    public void load(LoadableImage image) {
        reaching(() -> {
            CarriedImages.load(docker, image, settings.pulling().ledger(), clock.instant());
            return true;
        });
    }

    @Override
    public List<Difference> diff(Deployment deployment) {
        return reaching(() -> differences(deployment));
    }

    @Override
    public List<String> lostImages(Deployment deployment) {
        return reaching(() -> deployment.images().entrySet().stream()
                .filter(image -> !image.getValue().isEmpty()
                        && docker.imageId(image.getValue()).isEmpty())
                .map(Map.Entry::getKey)
                .toList());
    }

    private List<Difference> differences(Deployment deployment) {
        Wanted wanted = Wanted.of(deployment, settings.owner());
        Observed observed = observe(deployment.identity(), false);
        DockerPlanner.Adjustments adjustments = inspections.look(wanted, observed);
        List<Difference> drifts = new ArrayList<>(Drifts.of(wanted, observed));
        for (ContainerSpec spec : wanted.containers()) {
            for (ObservedContainer have : observed.current(spec.service(), spec.number())) {
                boolean same = spec.hash().equals(have.label(Labels.CONFIG_HASH));
                String kept = wanted.keptTags().getOrDefault(spec.image(), have.imageId());
                if (same && !have.runs(kept)) {
                    drifts.add(new Difference(spec.object(), "image", kept, have.imageId()));
                }
                boolean adjusted = adjustments.wrongRestart().contains(have.id())
                        || adjustments.wrongLimits().containsKey(have.id());
                if (!same || adjusted) {
                    docker.inspect(have.id())
                            .ifPresent(inspection -> drifts.addAll(differences.of(spec, inspection, same)));
                }
            }
        }
        try {
            drifts.addAll(new ProjectFiles(deployment, wanted.model()).diff());
        } catch (IOException e) {
            drifts.add(new Difference("file", "state", "readable", Differences.brief(String.valueOf(e.getMessage()))));
        }
        drifts.sort(Comparator.comparing(Difference::object).thenComparing(Difference::field));
        return List.copyOf(drifts);
    }

    @Override
    public Application apply(Deployment deployment, ApplyMode mode) {
        try {
            Wanted wanted = Wanted.of(deployment, settings.owner());
            Requirements.check(wanted, docker);
            Optional<Plan.Blocked> inTheWay = deployment.adopt() ? takeOver(wanted) : Optional.empty();
            if (inTheWay.isPresent()) {
                return outcome(inTheWay.get());
            }
            Observed observed = observe(deployment.identity(), wanted.publishesPorts() || wanted.saysAddresses());
            Map<String, String> imageIds = mode == ApplyMode.CORRECT ? wanted.keptTags() : imageIds(wanted);
            if (mode != ApplyMode.CORRECT) {
                images(wanted).requireAll(wanted, imageIds);
            }
            Plan plan = DockerPlanner.plan(wanted, observed, mode, imageIds, inspections.look(wanted, observed));
            return switch (plan) {
                case Plan.Blocked blocked -> outcome(blocked);
                case Plan.Steps steps -> carryOut(wanted, steps, images(wanted).toMake(wanted, steps, imageIds));
            };
        } catch (ModelException e) {
            return new Application.Refused(e.reason(), e.detail());
        } catch (ImageException e) {
            return new Application.Pending(e.reason(), e.detail());
        } catch (IOException e) {
            return new Application.Pending(reason(e), String.valueOf(e.getMessage()));
        } catch (DependencyException e) {
            return new Application.Refused(RuntimeReason.DEPENDENCY_FAILED, String.valueOf(e.getMessage()));
        } catch (RefusalException e) {
            return new Application.Refused(e.reason(), e.detail());
        } catch (EngineException e) {
            return e.isVerdict()
                    ? new Application.Refused(e.reason(), String.valueOf(e.getMessage()))
                    : new Application.Pending(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static Application outcome(Plan.Blocked blocked) {
        return blocked.verdict()
                ? new Application.Refused(blocked.reason(), blocked.detail())
                : new Application.Pending(blocked.reason(), blocked.detail());
    }

    /** What people started there becomes the stack's, on the disk before anything is done with it. @return what stands in the way */
    private Optional<Plan.Blocked> takeOver(Wanted wanted) throws IOException {
        AdoptedFile file = AdoptedFile.of(wanted.deployment().identity());
        Adoption adoption =
                new Adoption(docker, wanted, raw(wanted.project(), false), file.read(), Adoption.Purpose.APPLY);
        Optional<Plan.Blocked> blocked = adoption.run();
        if (blocked.isEmpty()) {
            file.write(adoption.adopted());
        }
        return blocked;
    }

    /** Whatever fails on the way, what was set aside comes back at once: an apply that did not succeed leaves nobody without service. */
    private Application carryOut(Wanted wanted, Plan.Steps steps, Map<String, String> imageIds) throws IOException {
        List<Change> changes = new ArrayList<>(new ProjectFiles(wanted.deployment(), wanted.model()).sync());
        Applier applier = new Applier(tools, wanted, imageIds);
        try {
            applier.run(steps);
        } catch (EngineException | DependencyException | RefusalException e) {
            try {
                bringBack(wanted, applier);
            } catch (EngineException back) {
                // Whether it is a verdict says what failed first; the way back, or the next try, mends the rest.
                e.addSuppressed(back);
            }
            throw e;
        }
        changes.addAll(applier.changes());
        return new Application.Applied(changes);
    }

    private void bringBack(Wanted wanted, Applier applier) {
        Settler settler = new Settler(docker);
        Deployment.Identity identity = wanted.deployment().identity();
        settler.removeReplacements(observe(identity, false));
        settler.bringBack(aside -> endpoints(wanted, applier, aside), observe(identity, false));
    }

    /** What it had when it left; where an earlier run took it off its networks, those of the one that follows it, until a rollback knows better. */
    private static SequencedMap<String, Json.Obj> endpoints(Wanted wanted, Applier applier, ObservedContainer aside) {
        SequencedMap<String, Json.Obj> left = applier.left(aside);
        return left.isEmpty() && aside.networks().isEmpty()
                ? wanted.find(aside.service(), aside.number())
                        .map(ContainerSpec::endpoints)
                        .orElse(left)
                : left;
    }

    @Override
    public Health probe(Deployment deployment) {
        return reaching(() -> looks(deployment).health(deployment.timing()));
    }

    @Override
    public List<Part> tree(Deployment deployment) {
        return reaching(() -> looks(deployment).tree(deployment.timing()));
    }

    private Looks looks(Deployment deployment) {
        return new Looks(docker, Wanted.of(deployment, settings.owner()), clock);
    }

    @Override
    public Optional<Outlook> outlook(Deployment deployment) {
        return Optional.empty();
    }

    /** The engine is asked each time. */
    @Override
    public Optional<Health> holding(Deployment.Identity identity, Deployment.Timing timing) {
        return Optional.empty();
    }

    @Override
    public Settled commit(Deployment deployment) {
        return settle(() -> {
            Wanted wanted = Wanted.of(deployment, settings.owner());
            Settler settler = new Settler(docker);
            settler.commit(wanted, observe(deployment.identity(), false));
            AdoptedFile adopted = AdoptedFile.of(deployment.identity());
            if (!adopted.read().isEmpty()) {
                adopted.write(adopted.read().still(raw(wanted.project(), false)));
            }
            return new Settled.Done(settler.changes(), settler.leftovers());
        });
    }

    @Override
    public Settled rollback(Deployment failed, Optional<Deployment> lastGood) {
        return settle(() -> new Rollback(this, docker).run(failed, lastGood));
    }

    @Override
    public Settled remove(Deployment deployment, boolean keepWorkload) {
        if (keepWorkload) {
            return settle(() -> {
                AdoptedFile.of(deployment.identity()).write(Adopted.NONE);
                return new Settled.Done(List.of(), List.of());
            });
        }
        return settle(() -> {
            Wanted wanted = Wanted.of(deployment, settings.owner());
            Settler settler = new Settler(docker);
            settler.removeAll(wanted, observe(deployment.identity(), false));
            AdoptedFile.of(deployment.identity()).write(Adopted.NONE); // what is left over is its maker's again
            List<Change> changes = new ArrayList<>(settler.changes());
            if (settler.leftovers().stream().noneMatch(l -> l.startsWith("service/"))) {
                changes.addAll(
                        ProjectFiles.none(deployment.identity().directory()).sync());
            }
            return new Settled.Done(changes, settler.leftovers());
        });
    }

    private interface Settling {
        Settled run() throws IOException;
    }

    private static Settled settle(Settling settling) {
        try {
            return settling.run();
        } catch (ModelException e) {
            return new Settled.Pending(e.reason(), e.detail());
        } catch (EngineException e) {
            return new Settled.Pending(e.reason(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Settled.Pending(reason(e), String.valueOf(e.getMessage()));
        }
    }

    private static RuntimeReason reason(IOException e) {
        return String.valueOf(e.getMessage()).contains("No space left on device")
                ? RuntimeReason.DISK_FULL
                : RuntimeReason.FILE_UNWRITABLE;
    }

    @Override
    public List<String> collectImages(Set<String> needed, Set<StackId> stacks) {
        return reaching(() -> new ImageCollector(docker, settings.pulling(), clock).collect(needed, stacks));
    }

    @Override
    public List<ServiceLog> logs(Deployment deployment, int linesEach) {
        return reaching(() -> newestLines(deployment, linesEach));
    }

    private List<ServiceLog> newestLines(Deployment deployment, int linesEach) {
        Observed observed = observe(deployment.identity(), false);
        return observed.current().stream()
                .sorted(Comparator.comparing(ObservedContainer::name))
                .map(c -> new ServiceLog(c.service(), c.name(), LogLines.newest(docker, c.id(), linesEach)))
                .toList();
    }

    @Override
    public Exported export(String project) {
        return reaching(() -> {
            if (docker.isPodman()) {
                return new Exported.Refused(
                        RuntimeReason.NOT_EXPORTABLE, "what runs on Podman is not written back as a file");
            }
            Exporter exporter = new Exporter(docker, raw(project, false), clock);
            return project.isEmpty() ? exporter.projects() : exporter.project();
        });
    }

    @Override
    public Comparison compare(Deployment deployment) {
        return reaching(() -> {
            Wanted wanted = Wanted.of(deployment.adopting(true), settings.owner());
            Requirements.check(wanted, docker);
            Observed raw = raw(wanted.project(), wanted.publishesPorts());
            return new TakeOverPlan(
                            wanted, raw, AdoptedFile.of(deployment.identity()).read())
                    .of(docker, imageIds(wanted));
        });
    }

    /** Looking has no outcome of its own for failures: whatever goes wrong, nothing could be seen now. */
    private static <T> T reaching(Supplier<T> look) {
        try {
            return look.get();
        } catch (EngineException e) {
            throw new RuntimeUnavailable(e.reason(), String.valueOf(e.getMessage()), e);
        } catch (ModelException e) {
            throw new RuntimeUnavailable(e.reason(), e.detail(), e);
        }
    }

    /** For the pulls of one deployment. */
    Images images(Wanted wanted) {
        return new Images(
                docker, settings.pulling(), wanted.deployment().identity().stack(), clock);
    }

    Wanted wanted(Deployment deployment) {
        return Wanted.of(deployment, settings.owner());
    }

    Tools tools() {
        return tools;
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

    private Observed raw(String project, boolean host) {
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
        Workers.sideBySide(SIDE_BY_SIDE, "docker-list", lists);
        Set<HostPort> listening = host ? HostPorts.listening(settings.net()) : Set.of();
        List<HostRoutes.Route> routes = host ? HostRoutes.read(settings.net()) : List.of();
        return new Observed(settings.owner(), project, containers, networks, volumes, listening, routes);
    }

    /** What each reference shall be: what was staged, else what it means now. */
    private Map<String, String> imageIds(Wanted wanted) {
        List<String> references = List.copyOf(new HashSet<>(wanted.model().services().values().stream()
                .map(ComposeService::image)
                .toList()));
        List<Callable<Optional<String>>> looks = new ArrayList<>();
        references.forEach(reference -> looks.add(
                () -> CarriedImages.find(docker, wanted.kept(reference).orElse(reference))));
        List<Optional<String>> ids = Workers.sideBySide(SIDE_BY_SIDE, "docker-image", looks);
        Map<String, String> byReference = new HashMap<>();
        for (int i = 0; i < references.size(); i++) {
            String reference = references.get(i);
            ids.get(i).ifPresent(id -> byReference.put(reference, id));
        }
        return byReference;
    }

    @Override
    public void close() {
        engine.close();
    }
}
