package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.base.Workers;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes over what people started by hand with Docker Compose: decides what of the project becomes the stack's, and what of it is as wanted already.
 * Nothing that runs is touched here.
 *
 * <p>What a container would be like, the engine is asked: one is made of the same image, never started, inspected and removed.
 */
final class Adoption {
    private static final String NOBODY = "none";

    /** For what the engine is asked: the two may ask side by side, and one must not take the other's container for left over. */
    enum Purpose {
        APPLY("compare"),
        PLAN("plan");

        private final String word;

        Purpose(String word) {
            this.word = word;
        }
    }

    private final DockerApi docker;
    private final Purpose purpose;
    private final Wanted wanted;
    private final Observed raw;
    private final SortedMap<String, Adopted.Container> containers;
    private final SortedMap<String, Adopted.Shared> networks;
    private final SortedMap<String, Adopted.Shared> volumes;

    /**
     * @param raw    as the engine shows it
     * @param before what was taken over so far
     */
    Adoption(DockerApi docker, Wanted wanted, Observed raw, Adopted before, Purpose purpose) {
        this.docker = docker;
        this.purpose = purpose;
        this.wanted = wanted;
        this.raw = raw;
        Adopted still = before.still(raw);
        this.containers = new TreeMap<>(still.containers());
        this.networks = new TreeMap<>(still.networks());
        this.volumes = new TreeMap<>(still.volumes());
    }

    /** What is the stack's after {@link #run}. */
    Adopted adopted() {
        return new Adopted(containers, networks, volumes);
    }

    /** @return what stands in the way; then nothing is taken over */
    Optional<Plan.Blocked> run() {
        List<ObservedContainer> found = raw.containers().stream()
                .filter(c -> Adopted.isServiceOfPeople(wanted.project(), c))
                .filter(this::isOpen)
                .toList();
        Optional<Plan.Blocked> blocked = foreign(found).or(this::networks).or(this::volumes);
        if (blocked.isPresent() || found.isEmpty()) {
            return blocked;
        }
        discardLeft();
        Map<String, Json.Obj> inspections = new ConcurrentHashMap<>();
        List<Callable<Boolean>> looks = new ArrayList<>();
        found.forEach(c -> looks.add(() -> {
            docker.inspect(c.id()).ifPresent(inspection -> inspections.put(c.id(), inspection));
            return true;
        }));
        Workers.sideBySide(DockerRuntime.SIDE_BY_SIDE, "docker-inspect", looks);
        for (ObservedContainer one : found) {
            Json.Obj inspection = inspections.get(one.id());
            Optional<ContainerSpec> spec = wanted.find(one.service(), one.number());
            if (inspection != null && spec.isPresent()) {
                blocked = WritableBinds.atRisk(wanted, spec.get(), inspection);
                if (blocked.isPresent()) {
                    return blocked;
                }
            }
        }
        for (ObservedContainer one : found) {
            Json.Obj inspection = inspections.get(one.id());
            if (inspection != null) {
                containers.put(one.id(), compared(one, inspection));
            }
        }
        return Optional.empty();
    }

    /** Not taken over yet, or not yet as wanted: another content may be what runs already. */
    private boolean isOpen(ObservedContainer found) {
        Adopted.Container known = containers.get(found.id());
        return known == null || known.hash().isEmpty();
    }

    /** Two agents must never take the same project for theirs. */
    private Optional<Plan.Blocked> foreign(List<ObservedContainer> found) {
        boolean any = !found.isEmpty()
                || raw.networks().values().stream().anyMatch(this::isOfPeople)
                || raw.volumes().values().stream().anyMatch(this::isOfPeople);
        if (!any) {
            return Optional.empty();
        }
        List<Map<String, String>> labels = new ArrayList<>();
        raw.containers().forEach(c -> labels.add(c.labels()));
        raw.networks().values().forEach(n -> labels.add(Observed.labels(n)));
        raw.volumes().values().forEach(v -> labels.add(Observed.labels(v)));
        return labels.stream()
                .filter(l -> wanted.project().equals(l.get(Labels.PROJECT)))
                .filter(l -> Adopted.hasOwner(l) && !raw.owner().equals(l.get(Labels.OWNER)))
                .findFirst()
                .map(l -> new Plan.Blocked(
                        RuntimeReason.ADOPTION_BLOCKED,
                        "the Compose project " + wanted.project() + " belongs to " + raw.ownerOf(l)
                                + " on this engine, so nothing of it is taken over. Remove the stack there first, or"
                                + " give this one another spec.compose.projectName. " + Conflicts.ifThatAgentLeft(l),
                        false));
    }

    private boolean isOfPeople(Json.Obj shared) {
        return Adopted.isOfPeople(wanted.project(), Observed.labels(shared));
    }

    private Optional<Plan.Blocked> networks() {
        for (Json.Obj found : raw.networks().values()) {
            Optional<SharedSpec> spec = spec(wanted.networks(), found);
            if (!isOfPeople(found) || spec.filter(SharedSpec::external).isPresent() || isKnown(networks, found)) {
                continue;
            }
            SortedSet<String> differs =
                    spec.map(s -> SharedLikeness.network(s.body(), found)).orElseGet(TreeSet::new);
            if (!differs.isEmpty()) {
                return Optional.of(networkDiffers(spec.orElseThrow(), differs));
            }
            networks.put(
                    Adopted.id(found),
                    new Adopted.Shared(
                            Adopted.created(found), spec.map(SharedSpec::hash).orElse("")));
        }
        return Optional.empty();
    }

    private static boolean isKnown(SortedMap<String, Adopted.Shared> known, Json.Obj network) {
        Adopted.Shared shared = known.get(Adopted.id(network));
        return shared != null && !shared.hash().isEmpty();
    }

    private static Optional<SharedSpec> spec(List<SharedSpec> specs, Json.Obj found) {
        return specs.stream().filter(s -> s.name().equals(found.string("Name"))).findFirst();
    }

    private Plan.Blocked networkDiffers(SharedSpec network, SortedSet<String> differs) {
        List<String> commands = new ArrayList<>();
        raw.containers().stream()
                .filter(c -> c.networks().contains(network.name()))
                .forEach(c -> commands.add("docker network disconnect -f " + network.name() + " " + c.name()));
        commands.add("docker network rm " + network.name());
        return new Plan.Blocked(
                RuntimeReason.ADOPTION_BLOCKED,
                network.object() + " is there and not as the file says (" + String.join(", ", differs)
                        + "), and making it anew would cut off what runs on it. Write into the file what is there, or"
                        + " take it away at the site: " + String.join(" && ", commands),
                false);
    }

    private Optional<Plan.Blocked> volumes() {
        for (Map.Entry<String, Json.Obj> one : raw.volumes().entrySet()) {
            Json.Obj found = one.getValue();
            Optional<SharedSpec> spec = spec(wanted.volumes(), found);
            Adopted.Shared known = volumes.get(one.getKey());
            if (!isOfPeople(found)
                    || spec.filter(SharedSpec::external).isPresent()
                    || (known != null && !known.hash().isEmpty())) {
                continue;
            }
            SortedSet<String> differs =
                    spec.map(s -> SharedLikeness.volume(s.body(), found)).orElseGet(TreeSet::new);
            if (!differs.isEmpty()) {
                return Optional.of(new Plan.Blocked(
                        RuntimeReason.DATA_AT_RISK,
                        spec.orElseThrow().object() + " is there and not as the file says ("
                                + String.join(", ", differs)
                                + "), and making it anew would lose its data. Write into the file what is there, or"
                                + " give it another name",
                        true));
            }
            volumes.put(
                    one.getKey(),
                    new Adopted.Shared(
                            Adopted.created(found), spec.map(SharedSpec::hash).orElse("")));
        }
        return Optional.empty();
    }

    private Adopted.Container compared(ObservedContainer found, Json.Obj inspection) {
        Optional<ContainerSpec> spec = wanted.find(found.service(), found.number());
        Adopted.Container known = Optional.ofNullable(containers.get(found.id()))
                .orElseGet(() -> {
                    Json.Obj restart = inspection.object("HostConfig").object("RestartPolicy");
                    long retries = restart.integerOr("MaximumRetryCount", 0);
                    return new Adopted.Container(
                            found.name(),
                            Inspections.restartName(restart) + (retries > 0 ? ":" + retries : ""),
                            found.running(),
                            "",
                            "",
                            "");
                });
        if (spec.isEmpty()) {
            return known;
        }
        SortedSet<String> differs = differs(spec.get(), found, inspection);
        return differs.isEmpty()
                ? known.compared(spec.get().hash(), spec.get().sharing().label(this::idOf), "")
                : known.compared("", "", Differences.brief(String.join(", ", differs)));
    }

    private SortedSet<String> differs(ContainerSpec spec, ObservedContainer found, Json.Obj inspection) {
        if (!WritableBinds.sameSources(spec.host(), inspection.object("HostConfig"))) {
            return new TreeSet<>(List.of("volumes")); // and the engine would not make one whose files are not there yet
        }
        if (!WritableBinds.volumes(spec.host()).stream().allMatch(raw.volumes()::containsKey)) {
            return new TreeSet<>(List.of("volumes")); // the engine would make one, and nobody's
        }
        if (PlacedFile.isIn(wanted.model(), wanted.model().service(spec.service()))) {
            return new TreeSet<>(List.of("configs")); // they lie in the container, where nothing of them is shown
        }
        if (spec.sharing().services().stream().anyMatch(other -> idOf(other).equals(NOBODY))) {
            return new TreeSet<>(List.of("shared with a container that is not there"));
        }
        String id = docker.create(found.name() + ".wherry-" + purpose.word, body(spec, inspection.string("Image")));
        try {
            return docker.inspect(id)
                    .map(like -> Likeness.differences(spec, like, inspection))
                    .orElseThrow(() -> new EngineException(404, "gone in the same moment", "inspect " + id));
        } finally {
            docker.discard(id);
        }
    }

    /** Of the image that runs: that the other one is another is found without this. It is on no network, and must not be started by anybody. */
    private Json.Obj body(ContainerSpec spec, String imageId) {
        Json.Obj full = spec.body(new ContainerSpec.Made(imageId, imageId), Map.of(), this::idOf, docker.speaks());
        Map<String, String> labels = new TreeMap<>(Observed.labels(full));
        labels.keySet().removeIf(key -> key.startsWith("com.docker.compose.") || key.startsWith("io.wherry."));
        labels.put(Labels.COMPARES, mark());
        SequencedMap<String, Json> body = new LinkedHashMap<>(full.fields());
        body.remove("NetworkingConfig");
        body.remove("MacAddress");
        body.put("Labels", Json.object().put("Labels", labels).build().object("Labels"));
        SequencedMap<String, Json> host =
                new LinkedHashMap<>(full.object("HostConfig").fields());
        host.put("RestartPolicy", HostSection.restartPolicy("no"));
        body.put("HostConfig", new Json.Obj(host));
        return new Json.Obj(body);
    }

    /** Of the service's first container: people's, or one that took its place. */
    private String idOf(String service) {
        return raw.containers().stream()
                .filter(c -> wanted.project().equals(c.label(Labels.PROJECT)) && !c.aside())
                .filter(c -> c.service().equals(service) && c.number() == 1)
                .map(ObservedContainer::id)
                .findFirst()
                .orElse(NOBODY);
    }

    private String mark() {
        String whose = raw.owner() + " " + wanted.project();
        return purpose == Purpose.APPLY ? whose : whose + " " + purpose.word;
    }

    /** Those of this project that a crash left behind: stacks are taken over side by side. */
    private void discardLeft() {
        raw.containers().stream()
                .filter(c -> c.label(Labels.COMPARES).equals(mark()))
                .forEach(c -> docker.discard(c.id()));
    }
}
