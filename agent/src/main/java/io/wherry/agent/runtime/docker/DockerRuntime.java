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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Docker, as the agent asks for it; {@link Applying} and {@link Rollback} change what is there. What harms nothing and why stands in docs/explanation/zero-harm.md. */
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
    private final Surroundings around;
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
        this.around = new Surroundings(settings, docker, clock, drain);
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
        return reaching(() -> !around.observe(identity, false).current().isEmpty());
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
            Wanted wanted = around.wanted(deployment);
            Requirements.check(wanted, docker);
            Images images = around.images(wanted);
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
        return reaching(() -> new DriftCheck(around, differences).run(deployment));
    }

    @Override
    public List<String> lostImages(Deployment deployment) {
        return reaching(() -> deployment.images().entrySet().stream()
                .filter(image -> !image.getValue().isEmpty()
                        && docker.imageId(image.getValue()).isEmpty())
                .map(Map.Entry::getKey)
                .toList());
    }

    @Override
    public Application apply(Deployment deployment, ApplyMode mode, Supplier<Optional<Deployment>> before) {
        return new Applying(around).run(deployment, mode, before);
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
        return new Looks(
                docker, around.wanted(deployment), around.tools().inspections().ages());
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
            Wanted wanted = around.wanted(deployment);
            Settler settler = new Settler(docker);
            settler.commit(wanted, around.observe(deployment.identity(), false));
            AdoptedFile adopted = AdoptedFile.of(deployment.identity());
            if (!adopted.read().isEmpty()) {
                adopted.write(adopted.read().still(around.raw(wanted.project(), false)));
            }
            return new Settled.Done(settler.changes(), settler.leftovers());
        });
    }

    @Override
    public Settled rollback(Deployment failed, Optional<Deployment> lastGood) {
        return settle(() -> new Rollback(around).run(failed, lastGood));
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
            Wanted wanted = around.wanted(deployment);
            Settler settler = new Settler(docker);
            settler.removeAll(wanted, around.observe(deployment.identity(), false));
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
            return new Settled.Pending(ProjectFiles.reason(e), String.valueOf(e.getMessage()));
        }
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
        Observed observed = around.observe(deployment.identity(), false);
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
            Exporter exporter = new Exporter(docker, around.raw(project, false));
            return project.isEmpty() ? exporter.projects() : exporter.project();
        });
    }

    @Override
    public Comparison compare(Deployment deployment) {
        return reaching(() -> {
            Wanted wanted = around.wanted(deployment.adopting(true));
            Requirements.check(wanted, docker);
            Observed raw = around.raw(wanted.project(), wanted.publishesPorts());
            return new TakeOverPlan(
                            wanted, raw, AdoptedFile.of(deployment.identity()).read())
                    .of(docker, around.imageIds(wanted));
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

    @Override
    public void close() {
        engine.close();
    }
}
