package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.ApplyMode;
import io.wherry.contract.StartFirst;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Turns what should run and what the engine has into steps. Pure: no clock, no engine, the same input gives the same plan; carried out in full
 * it leaves nothing to do, and carried out in part it leaves a state from which the next plan goes on.
 */
final class DockerPlanner {
    /** So begins why a container is replaced that people made. */
    static final String TAKEN_OVER = "taken over, and ";

    private final Wanted wanted;
    private final Observed observed;
    private final ApplyMode mode;
    private final Map<String, String> imageIds;
    private final Set<String> wrongRestart;
    private final Map<String, String> wrongLimits;
    private final Set<String> replacedNetworks = new HashSet<>();
    private final Set<String> replacedServices = new HashSet<>();

    private DockerPlanner(
            Wanted wanted, Observed observed, ApplyMode mode, Map<String, String> imageIds, Adjustments adjustments) {
        this.wanted = wanted;
        this.observed = observed;
        this.mode = mode;
        this.imageIds = imageIds;
        this.wrongRestart = adjustments.wrongRestart();
        this.wrongLimits = adjustments.wrongLimits();
    }

    /**
     * What only an inspection shows of containers that are otherwise as wanted.
     *
     * @param wrongRestart ids whose restart policy differs
     * @param wrongLimits  ids whose limits differ, with the field that does
     */
    record Adjustments(Set<String> wrongRestart, Map<String, String> wrongLimits) {
        static final Adjustments NONE = new Adjustments(Set.of(), Map.of());
    }

    /**
     * @param imageIds image reference to the id it shall be; a container of a reference that is not in it keeps its image
     */
    static Plan plan(
            Wanted wanted, Observed observed, ApplyMode mode, Map<String, String> imageIds, Adjustments adjustments) {
        return new DockerPlanner(wanted, observed, mode, imageIds, adjustments).plan();
    }

    private Plan plan() {
        List<Step> prepare = new ArrayList<>();
        List<Step> before = new ArrayList<>();
        Optional<Plan.Blocked> blocked =
                Conflicts.shared(wanted, observed).or(() -> Addresses.conflict(wanted, observed));
        if (blocked.isPresent()) {
            return blocked.get();
        }
        shared(prepare);
        List<Map<String, List<Step>>> levels = new ArrayList<>();
        for (List<String> level : wanted.model().order()) {
            SortedMap<String, List<Step>> services = new TreeMap<>();
            for (String service : level) {
                List<Step> steps = service(service);
                if (!steps.isEmpty()) {
                    services.put(service, steps);
                }
            }
            levels.add(services);
        }
        blocked = Conflicts.containers(wanted, observed, Plan.makes(levels), leaving());
        if (blocked.isPresent()) {
            return blocked.get();
        }
        restartDependents(levels);
        before.addAll(leaving());
        moveClashingAsides(levels, before);
        replaceNetworks(before);
        return new Plan.Steps(prepare, before, levels);
    }

    private void shared(List<Step> prepare) {
        for (SharedSpec network : wanted.networks()) {
            var found = observed.networks().get(network.name());
            if (network.external()) {
                continue;
            }
            if (found == null) {
                prepare.add(new Step.CreateShared(network, "missing"));
            } else if (!network.hash().equals(Observed.labels(found).get(Labels.CONFIG_HASH))) {
                replacedNetworks.add(network.name());
            }
        }
        for (SharedSpec volume : wanted.volumes()) {
            if (!volume.external() && !observed.volumes().containsKey(volume.name())) {
                prepare.add(new Step.CreateShared(volume, "missing"));
            }
        }
    }

    private List<Step> service(String service) {
        List<Step> steps = new ArrayList<>();
        for (ContainerSpec spec : wanted.containers()) {
            if (spec.service().equals(service)) {
                steps.addAll(container(spec));
            }
        }
        if (steps.stream()
                .anyMatch(s -> s instanceof Step.Make || s instanceof Step.Swap || s instanceof Step.BringBack)) {
            replacedServices.add(service);
        }
        return steps;
    }

    private List<Step> container(ContainerSpec spec) {
        List<ObservedContainer> current = observed.current(spec.service(), spec.number());
        List<ObservedContainer> aside = observed.aside(spec.service(), spec.number());
        List<ObservedContainer> beside = observed.beside(spec.service(), spec.number());
        if (current.isEmpty()) {
            return List.of(fillEmptyPlace(spec, aside, beside));
        }
        ObservedContainer have = current.getFirst();
        Optional<String> differs = differs(spec, have, !aside.isEmpty());
        if (differs.isPresent()) {
            return List.of(replace(spec, current, aside, beside, differs.get()));
        }
        if (have.state().equals("created") && aside.stream().anyMatch(ObservedContainer::running)) {
            // Made, and then somebody pulled the plug before the one that it replaces had ended: begun anew, it ends
            // first.
            return List.of(fillEmptyPlace(
                    spec,
                    aside,
                    Stream.concat(beside.stream(), current.stream()).toList()));
        }
        List<Step> steps = new ArrayList<>();
        adjust(spec, have).ifPresent(steps::add);
        beside.forEach(one -> steps.add(new Step.Discard(one, spec.object(), "never came into its place")));
        aside.stream()
                .filter(ObservedContainer::running)
                .forEach(old -> steps.add(new Step.Leave(old, spec.object(), "its place is taken")));
        return steps;
    }

    private Step fillEmptyPlace(ContainerSpec spec, List<ObservedContainer> aside, List<ObservedContainer> beside) {
        for (ObservedContainer old : aside) {
            if (mode != ApplyMode.ALWAYS && differs(spec, old, true).isEmpty()) {
                return new Step.BringBack(spec, old, beside, "what was set aside is what is wanted");
            }
        }
        Optional<ObservedContainer> running =
                aside.stream().filter(ObservedContainer::running).findFirst();
        String why = aside.isEmpty() ? "missing" : "to be replaced";
        if (running.isPresent()
                && startsFirst(spec)
                && obstacle(spec, running.get()).isEmpty()) {
            return new Step.Swap(spec, running.get(), running.get().name(), beside, why);
        }
        // One that was being brought back when somebody pulled the plug still runs: it is set aside once more, which is
        // harmless.
        Optional<Step.SetAside> again =
                running.map(old -> new Step.SetAside(old, old.name(), spec.object(), "still running"));
        return new Step.Make(spec, beside, again, anonymous(spec, aside), why);
    }

    private Step replace(
            ContainerSpec spec,
            List<ObservedContainer> current,
            List<ObservedContainer> aside,
            List<ObservedContainer> beside,
            String why) {
        List<ObservedContainer> unproven = new ArrayList<>(beside);
        if (!aside.isEmpty()) {
            unproven.addAll(current);
            // What is in place now never proved itself; what was set aside before it did.
            for (ObservedContainer old : aside) {
                if (mode != ApplyMode.ALWAYS && differs(spec, old, true).isEmpty()) {
                    return new Step.BringBack(spec, old, unproven, why);
                }
            }
            return new Step.Make(spec, unproven, Optional.empty(), anonymous(spec, aside), why);
        }
        ObservedContainer old = current.getFirst();
        if (old.state().equals("dead") || old.state().equals("removing")) {
            unproven.addAll(current);
            return new Step.Make(spec, unproven, Optional.empty(), Map.of(), why);
        }
        unproven.addAll(current.subList(1, current.size()));
        String asideName = Names.aside(old.name(), old.meantToRun(), wanted.generation());
        Optional<String> obstacle = startsFirst(spec) ? obstacle(spec, old) : Optional.of("");
        if (obstacle.isEmpty()) {
            return new Step.Swap(spec, old, asideName, unproven, why);
        }
        String reason = obstacle.get().isEmpty() ? why : why + "; stopped first, because it " + obstacle.get();
        return new Step.Make(
                spec,
                unproven,
                Optional.of(new Step.SetAside(old, asideName, spec.object(), why)),
                anonymous(spec, List.of(old)),
                reason,
                obstacle.get());
    }

    private boolean startsFirst(ContainerSpec spec) {
        return StartFirst.isAsked(wanted.model().service(spec.service()).raw());
    }

    /** Why both cannot run for a while, as the end of a sentence that begins with "it", or just a blank one; empty if they can. */
    private Optional<String> obstacle(ContainerSpec spec, ObservedContainer old) {
        Optional<String> inModel = StartFirst.obstacle(wanted.deployment().model(), spec.service());
        if (inModel.isPresent()) {
            return inModel;
        }
        if (!old.state().equals("running")) {
            return Optional.of(""); // nothing to keep, and nothing to tell
        }
        if (old.isAdopted()) {
            return Optional.of("was taken over, and goes back on its networks as it is");
        }
        if (!old.anonymousVolumes().isEmpty()) {
            return Optional.of(
                    "takes over the volume at " + old.anonymousVolumes().firstKey());
        }
        if (!Names.original(old.name()).equals(spec.name())) {
            return Optional.of("was called " + Names.original(old.name()));
        }
        if (old.networks().stream().anyMatch(replacedNetworks::contains)) {
            return Optional.of("is on a network that is made anew");
        }
        return wanted.containers().stream()
                .filter(other -> Conflicts.clash(other.ports(), old.ports()))
                .findFirst()
                .map(other -> "gives up a port that " + other.object() + " needs");
    }

    /** Why a container must be made anew; empty if it need not. */
    private Optional<String> differs(ContainerSpec spec, ObservedContainer have, boolean asideExists) {
        if (have.state().equals("dead") || have.state().equals("removing")) {
            return Optional.of("the engine could not remove it");
        }
        if (!spec.hash().equals(have.label(Labels.CONFIG_HASH))) {
            String differs = have.label(Labels.DIFFERS);
            return Optional.of(differs.isEmpty() ? "configuration" : TAKEN_OVER + "differs in " + differs);
        }
        String image = imageIds.get(spec.image());
        if (image != null && !have.runs(image)) {
            return Optional.of("image");
        }
        if (mode == ApplyMode.ALWAYS && !asideExists) {
            return Optional.of("asked for");
        }
        if (have.networks().stream().anyMatch(replacedNetworks::contains)) {
            return Optional.of("network");
        }
        Optional<String> file =
                MountedFiles.other(wanted.deployment().identity().directory(), spec.host(), have.files());
        if (file.isPresent()) {
            return file.map(path -> "another file at " + path);
        }
        if (wrongLimits.containsKey(have.id())) {
            return Optional.of(wrongLimits.getOrDefault(have.id(), "limits"));
        }
        if (!spec.sharing().besidesNetwork().isEmpty()) {
            String shares = spec.sharing()
                    .label(other -> replacedServices.contains(other)
                            ? "another"
                            : observed.current(other, 1).stream()
                                    .map(ObservedContainer::id)
                                    .findFirst()
                                    .orElse("none"));
            if (!shares.equals(have.label(Labels.SHARES))) {
                return Optional.of("made with another container of "
                        + String.join(", ", spec.sharing().besidesNetwork()));
            }
        }
        return spec.sharing()
                .network()
                .filter(other -> !sharesNetworkOf(have, other))
                .map(other -> "network of " + other);
    }

    private boolean sharesNetworkOf(ObservedContainer have, String other) {
        if (replacedServices.contains(other)) {
            return false;
        }
        return observed.current(other, 1).stream()
                .anyMatch(c -> have.networkMode().equals("container:" + c.id()));
    }

    private Optional<Step> adjust(ContainerSpec spec, ObservedContainer have) {
        Set<String> connect = new TreeSet<>(spec.endpoints().keySet());
        connect.removeAll(have.networks());
        Set<String> disconnect = new TreeSet<>(have.networks());
        disconnect.removeAll(spec.endpoints().keySet());
        if (spec.endpoints().isEmpty()) {
            disconnect.clear(); // host, none and other modes show up as networks of their own
        }
        boolean restart = wrongRestart.contains(have.id());
        boolean start = have.state().equals("paused") || (!have.running() && !(have.completed() && spec.mayComplete()));
        boolean rename = !have.name().equals(spec.name());
        if (connect.isEmpty() && disconnect.isEmpty() && !restart && !start && !rename) {
            return Optional.empty();
        }
        List<String> why = new ArrayList<>();
        connect.forEach(n -> why.add("not connected to " + n));
        disconnect.forEach(n -> why.add("connected to " + n));
        if (restart) {
            why.add("restart policy");
        }
        if (rename) {
            why.add("name");
        }
        if (start) {
            why.add(
                    switch (have.state()) {
                        case "created" -> "never started";
                        case "paused" -> "paused";
                        default -> "stopped";
                    });
        }
        return Optional.of(
                new Step.Adjust(spec, have, connect, disconnect, restart, rename, start, String.join(", ", why)));
    }

    /** What moves along to the next container: not what the one before had of another by {@code volumes_from}, for that comes with the other. */
    private Map<String, String> anonymous(ContainerSpec spec, List<ObservedContainer> before) {
        if (before.isEmpty()) {
            return Map.of();
        }
        Map<String, String> own = new TreeMap<>(before.getFirst().anonymousVolumes());
        if (!spec.sharing().volumes().isEmpty()) {
            observed.containers().stream()
                    .filter(other -> !other.service().equals(spec.service()))
                    .forEach(other ->
                            own.values().removeAll(other.anonymousVolumes().values()));
        }
        return own;
    }

    /** Ours that are no longer wanted and may go: replicas above the number, services that the release permits to delete. */
    private List<Step> leaving() {
        List<Step> steps = new ArrayList<>();
        for (ObservedContainer have : observed.current()) {
            if (wanted.find(have.service(), have.number()).isPresent()) {
                continue;
            }
            boolean fewer = wanted.model().services().containsKey(have.service());
            if (fewer || wanted.permits("service/" + have.service())) {
                steps.add(new Step.SetAside(
                        have,
                        Names.aside(have.name(), have.meantToRun(), wanted.generation()),
                        Names.object(have.service(), have.number()),
                        fewer ? "fewer replicas" : "no longer in the model"));
            }
        }
        return steps;
    }

    /**
     * Dependents that asked for it start anew once what they depend on was replaced. As long as that is set aside it is not settled whether they
     * did, so they do it once more, which is harmless.
     */
    private void restartDependents(List<Map<String, List<Step>>> levels) {
        Set<String> anew = new HashSet<>(replacedServices);
        observed.aside().forEach(c -> anew.add(c.service()));
        for (int level = 0; level < levels.size(); level++) {
            Map<String, List<Step>> changed = new TreeMap<>(levels.get(level));
            for (String name : wanted.model().order().get(level)) {
                if (changed.containsKey(name)
                        || wanted.model().service(name).dependencies().entrySet().stream()
                                .noneMatch(d -> d.getValue().restart() && anew.contains(d.getKey()))) {
                    continue;
                }
                List<Step> restarts = restarts(name);
                if (!restarts.isEmpty()) {
                    changed.put(name, restarts);
                    anew.add(name);
                }
            }
            levels.set(level, changed);
        }
    }

    private List<Step> restarts(String service) {
        List<Step> restarts = new ArrayList<>();
        for (ContainerSpec spec : wanted.containers()) {
            if (spec.service().equals(service)) {
                observed.current(service, spec.number()).stream()
                        .filter(ObservedContainer::running)
                        .forEach(c -> restarts.add(
                                new Step.Restart(c, spec.object(), "starts anew after what it depends on")));
            }
        }
        return restarts;
    }

    /** A container that holds a port or name which another new one needs, or is on a network that is made anew, must go before anything is made. */
    private void moveClashingAsides(List<Map<String, List<Step>>> levels, List<Step> before) {
        List<Step.Make> makes = Plan.makes(levels);
        for (int level = 0; level < levels.size(); level++) {
            Map<String, List<Step>> changed = new TreeMap<>();
            levels.get(level)
                    .forEach((service, steps) -> changed.put(
                            service,
                            steps.stream()
                                    .map(step -> withoutClash(step, makes, before))
                                    .toList()));
            levels.set(level, changed);
        }
    }

    private Step withoutClash(Step step, List<Step.Make> makes, List<Step> before) {
        if (!(step instanceof Step.Make make) || make.setAside().isEmpty()) {
            return step;
        }
        ObservedContainer old = make.setAside().get().container();
        boolean inTheWay = makes.stream()
                .filter(other -> !other.object().equals(make.object()))
                .anyMatch(other -> other.spec().name().equals(old.name())
                        || Conflicts.clash(other.spec().ports(), old.ports()));
        if (!inTheWay && old.networks().stream().noneMatch(replacedNetworks::contains)) {
            return step;
        }
        before.add(make.setAside().get());
        return new Step.Make(make.spec(), make.discard(), Optional.empty(), make.moved(), make.why(), make.obstacle());
    }

    private void replaceNetworks(List<Step> before) {
        for (SharedSpec network : wanted.networks()) {
            if (replacedNetworks.contains(network.name())) {
                List<ObservedContainer> connected = observed.containers().stream()
                        .filter(c -> c.networks().contains(network.name()))
                        .toList();
                before.add(new Step.ReplaceNetwork(network, connected, "configuration"));
            }
        }
    }
}
