package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.Settled;
import io.wherry.contract.StartFirst;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/** Undoes an apply, in reverse: new containers go, files and networks are as before, old containers come back, what was lost is made anew. */
final class Rollback {
    private final Surroundings around;
    private final DockerApi docker;

    Rollback(Surroundings around) {
        this.around = around;
        this.docker = around.docker();
    }

    Settled run(Deployment failedDeployment, Optional<Deployment> lastGoodDeployment) throws IOException {
        Wanted failed = around.wanted(failedDeployment);
        Optional<Wanted> lastGood = lastGoodDeployment.map(around::wanted);
        Deployment.Identity identity = failedDeployment.identity();
        Settler settler = new Settler(docker);
        Observed before = around.observe(identity, false);
        Map<String, String> lost = new TreeMap<>();
        lastGood.ifPresent(wanted -> lost.putAll(lost(wanted, before)));
        settler.removeUnproven(failed, lastGood, lost.keySet(), before);
        List<Change> changes = new ArrayList<>(files(failedDeployment, lastGood).sync());
        lastGood.ifPresent(wanted -> networks(wanted, around.observe(identity, false)));
        settler.bringBack(aside -> endpoints(lastGood, aside), around.observe(identity, false));
        lastGood.ifPresent(wanted -> names(wanted, around.observe(identity, false)));
        settler.removeNetworksOf(failed, lastGood, around.observe(identity, false));
        changes.addAll(settler.changes());
        if (lastGood.isEmpty()) {
            new GivingBack(docker, identity).run(around.observe(identity, false));
        }
        if (lastGood.isPresent()) {
            Optional<Plan.Blocked> blocked = converge(lastGood.get(), lost.keySet(), changes);
            if (!lost.isEmpty()) {
                return new Settled.Pending(RuntimeReason.IMAGE_UNAVAILABLE, String.join("; ", lost.values()));
            }
            if (blocked.isPresent()) {
                return new Settled.Pending(blocked.get().reason(), blocked.get().detail());
            }
        }
        return new Settled.Done(changes, settler.leftovers());
    }

    /**
     * Services of which a container would have to be made of an image that is gone. What the failed deployment made of them stays: nothing could take
     * its place.
     *
     * @return by service, what is missing
     */
    private Map<String, String> lost(Wanted lastGood, Observed observed) {
        Map<String, String> lost = new TreeMap<>();
        for (ContainerSpec spec : lastGood.containers()) {
            Optional<String> kept = lastGood.kept(spec.image());
            boolean comesBack = !observed.aside(spec.service(), spec.number()).isEmpty()
                    || observed.current(spec.service(), spec.number()).stream().anyMatch(c -> lastGood.isMet(spec, c));
            if (kept.isEmpty() || comesBack || lost.containsKey(spec.service())) {
                continue;
            }
            try {
                around.images(lastGood).keep(lastGood.model().service(spec.service()), kept.get());
            } catch (ImageException e) {
                lost.put(spec.service(), e.detail());
            }
        }
        return lost;
    }

    private static SequencedMap<String, Json.Obj> endpoints(Optional<Wanted> lastGood, ObservedContainer aside) {
        return lastGood.flatMap(wanted -> wanted.find(aside.service(), aside.number()))
                .map(ContainerSpec::endpoints)
                .orElseGet(LinkedHashMap::new);
    }

    /** One that was leaving has lost its names, which no list shows; whoever brought it back may not have known them. */
    private void names(Wanted lastGood, Observed observed) {
        for (ContainerSpec spec : lastGood.containers()) {
            if (StartFirst.isAsked(lastGood.model().service(spec.service()).raw())) {
                observed.current(spec.service(), spec.number())
                        .forEach(c -> new Connections(docker).name(c.id(), spec.endpoints()));
            }
        }
    }

    private static ProjectFiles files(Deployment failed, Optional<Wanted> lastGood) {
        return lastGood.map(ProjectFiles::of)
                .orElseGet(() -> ProjectFiles.none(failed.identity().directory()));
    }

    /** Networks that the failed deployment made otherwise: nothing runs on them now. */
    private void networks(Wanted lastGood, Observed observed) {
        for (SharedSpec network : lastGood.networks()) {
            Json.Obj found = observed.networks().get(network.name());
            if (network.external()) {
                continue;
            }
            if (found == null) {
                docker.createNetwork(network.body());
            } else if (observed.isOurs(Observed.labels(found))
                    && !network.hash().equals(Observed.labels(found).get(Labels.CONFIG_HASH))) {
                observed.containers().stream()
                        .filter(c -> c.networks().contains(network.name()))
                        .forEach(c -> docker.disconnect(network.name(), c.id()));
                docker.removeNetwork(network.name());
                docker.createNetwork(network.body());
            }
        }
    }

    /** What is still not as it was: containers that were lost on the way, or replaced by a commit that was cut short. */
    private Optional<Plan.Blocked> converge(Wanted lastGood, Set<String> lost, List<Change> changes) {
        Observed observed = around.observe(lastGood.deployment().identity(), false);
        Map<String, String> kept = lastGood.keptTags();
        Plan plan = DockerPlanner.plan(lastGood, observed, ApplyMode.CORRECT, kept, around.look(lastGood, observed));
        switch (plan) {
            case Plan.Blocked blocked -> {
                return Optional.of(blocked);
            }
            case Plan.Steps all -> {
                Plan.Steps steps = all.without(lost);
                Applier applier = new Applier(
                        around.tools(), lastGood, around.images(lastGood).toMake(lastGood, steps, kept));
                try {
                    applier.run(steps);
                } catch (DependencyException e) {
                    return Optional.of(
                            new Plan.Blocked(RuntimeReason.DEPENDENCY_FAILED, String.valueOf(e.getMessage()), true));
                } catch (RefusalException e) {
                    return Optional.of(new Plan.Blocked(e.reason(), e.detail(), true));
                }
                changes.addAll(applier.changes());
            }
        }
        return Optional.empty();
    }
}
