package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Change;
import io.wherry.base.Workers;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Ends what an apply began: for good, or back to what was before. Every step may be repeated. */
final class Settler {
    private final DockerApi docker;
    private final Ending ending;
    private final List<Change> changes = new ArrayList<>();
    private final TreeSet<String> leftovers = new TreeSet<>();

    Settler(DockerApi docker) {
        this.docker = docker;
        this.ending = new Ending(docker);
    }

    List<Change> changes() {
        return List.copyOf(changes);
    }

    List<String> leftovers() {
        return List.copyOf(leftovers);
    }

    /** Removes what is set aside, then what the release permits to delete; the rest of what is undeclared is left over, and named. */
    void commit(Wanted wanted, Observed observed) {
        removeBeside(observed);
        remove(observed.aside(), "replaced");
        List<ObservedContainer> undeclared = observed.current().stream()
                .filter(c -> wanted.find(c.service(), c.number()).isEmpty())
                .toList();
        prune(wanted, observed, undeclared);
    }

    /** Removes everything of the stack that the release permits to delete: dependents before what they depend on. */
    void removeAll(Wanted wanted, Observed observed) {
        removeBeside(observed);
        remove(observed.aside(), "replaced");
        List<ObservedContainer> rest = new ArrayList<>(observed.current());
        for (List<String> level : wanted.model().order().reversed()) {
            List<ObservedContainer> ofLevel =
                    rest.stream().filter(c -> level.contains(c.service())).toList();
            stopAndRemove(wanted, ofLevel);
            rest.removeAll(ofLevel);
        }
        stopAndRemove(wanted, rest);
        pruneShared(wanted, observed, List.of());
    }

    private void prune(Wanted wanted, Observed observed, List<ObservedContainer> undeclared) {
        stopAndRemove(wanted, undeclared);
        List<String> declared = new ArrayList<>();
        wanted.networks().forEach(n -> declared.add(n.object()));
        wanted.volumes().forEach(v -> declared.add(v.object()));
        pruneShared(wanted, observed, declared);
    }

    private void stopAndRemove(Wanted wanted, List<ObservedContainer> containers) {
        List<ObservedContainer> permitted = containers.stream()
                .filter(c -> wanted.permits("service/" + c.service())
                        || (wanted.model().services().containsKey(c.service())
                                && wanted.find(c.service(), c.number()).isEmpty()))
                .toList();
        containers.stream().filter(c -> !permitted.contains(c)).forEach(c -> leftovers.add("service/" + c.service()));
        sideBySide(permitted, ending::stop);
        remove(permitted, "no longer wanted");
    }

    private void pruneShared(Wanted wanted, Observed observed, Collection<String> declared) {
        observed.networks().forEach((name, network) -> {
            Map<String, String> labels = Observed.labels(network);
            String object = SharedSpec.object(SharedSpec.Kind.NETWORK, labels.getOrDefault(Labels.NETWORK, name));
            if (observed.isOurs(labels) && !declared.contains(object)) {
                prune(wanted.permits(object), object, () -> docker.removeNetwork(name));
            }
        });
        observed.volumes().forEach((name, volume) -> {
            Map<String, String> labels = Observed.labels(volume);
            String object = SharedSpec.object(SharedSpec.Kind.VOLUME, labels.getOrDefault(Labels.VOLUME, name));
            if (observed.isOurs(labels) && !declared.contains(object)) {
                boolean permitted = wanted.permits(object)
                        && wanted.deployment().deletions().removeData();
                prune(permitted, object, () -> docker.removeVolume(name));
            }
        });
    }

    private void prune(boolean permitted, String object, Runnable removal) {
        if (!permitted) {
            leftovers.add(object);
            return;
        }
        try {
            removal.run();
            changes.add(new Change(Change.Action.REMOVED, object, "no longer wanted"));
        } catch (EngineException e) {
            if (!e.conflict() && e.status() != 403) { // in use by a container that is not ours: it stays, and is named
                throw e;
            }
            leftovers.add(object);
        }
    }

    /**
     * Takes away what the failed deployment made: first part of a rollback.
     *
     * @param lastGood what ran before; tells what of the failed deployment's may stay
     * @param lost     services that cannot be made anew
     */
    void removeUnproven(Wanted failed, Optional<Wanted> lastGood, Set<String> lost, Observed observed) {
        removeBeside(observed);
        List<ObservedContainer> unproven = observed.current().stream()
                .filter(c -> !lost.contains(c.service()))
                .filter(c -> isUnproven(c, failed, lastGood, observed))
                .toList();
        sideBySide(unproven, ending::stop);
        remove(unproven, "did not become healthy");
    }

    /** Takes away what never came into its place. */
    private void removeBeside(Observed observed) {
        sideBySide(observed.beside(), ending::stop);
        remove(observed.beside(), "never came into its place");
    }

    /** Takes away what stands in the place of something that was set aside, or beside it. */
    void removeReplacements(Observed observed) {
        removeBeside(observed);
        List<ObservedContainer> replacements = observed.current().stream()
                .filter(c -> !observed.aside(c.service(), c.number()).isEmpty())
                .toList();
        sideBySide(replacements, ending::stop);
        remove(replacements, "the apply did not succeed");
    }

    /**
     * Brings back what was set aside: last part of a rollback, when networks and files are right again.
     *
     * @param endpoints where each of them was connected and by which names; empty where that is as it was
     */
    void bringBack(Function<ObservedContainer, SequencedMap<String, Json.Obj>> endpoints, Observed observed) {
        List<ObservedContainer> left = observed.aside().stream()
                // Where the place is taken by one that proved itself, it goes with the next commit.
                .filter(aside ->
                        observed.current(aside.service(), aside.number()).isEmpty())
                .collect(Collectors.toCollection(ArrayList::new));
        while (!left.isEmpty()) {
            // What lives in namespaces of another can only start when that one runs.
            List<ObservedContainer> free = left.stream()
                    .filter(aside -> left.stream().noneMatch(aside::sharesOf))
                    .toList();
            List<ObservedContainer> next = free.isEmpty() ? List.copyOf(left) : free;
            sideBySide(next, aside -> {
                new Connections(docker).name(aside.id(), endpoints.apply(aside));
                Aside.bringBack(
                        docker,
                        aside,
                        Names.original(aside.name()),
                        aside.labels().getOrDefault(Labels.RESTART, "no"));
            });
            next.forEach(aside -> changes.add(
                    new Change(Change.Action.RESTORED, Names.object(aside.service(), aside.number()), "ran before")));
            left.removeAll(next);
        }
    }

    /** Removes networks that only the failed deployment had; volumes stay, they may hold data. */
    void removeNetworksOf(Wanted failed, Optional<Wanted> lastGood, Observed observed) {
        List<String> kept = lastGood.map(
                        w -> w.networks().stream().map(SharedSpec::name).toList())
                .orElse(List.of());
        observed.networks().forEach((name, network) -> {
            Map<String, String> labels = Observed.labels(network);
            boolean itsOwn = observed.isOurs(labels)
                    && Long.toString(failed.generation()).equals(labels.get(Labels.GENERATION));
            if (itsOwn && !kept.contains(name)) {
                String key = labels.getOrDefault(Labels.NETWORK, name);
                prune(true, SharedSpec.object(SharedSpec.Kind.NETWORK, key), () -> docker.removeNetwork(name));
            }
        });
    }

    private static boolean isUnproven(
            ObservedContainer current, Wanted failed, Optional<Wanted> lastGood, Observed observed) {
        if (!observed.aside(current.service(), current.number()).isEmpty()) {
            return true; // it stands in the place of one that was set aside for it
        }
        boolean madeByFailed = current.label(Labels.GENERATION).equals(Long.toString(failed.generation()));
        boolean partOfLastGood = lastGood.flatMap(w -> w.find(current.service(), current.number()))
                .map(spec -> lastGood.get().isMet(spec, current))
                .orElse(false);
        return madeByFailed && !partOfLastGood;
    }

    private void remove(List<ObservedContainer> containers, String why) {
        sideBySide(containers, c -> docker.remove(c.id()));
        containers.forEach(
                c -> changes.add(new Change(Change.Action.REMOVED, Names.object(c.service(), c.number()), why)));
    }

    private void sideBySide(List<ObservedContainer> containers, java.util.function.Consumer<ObservedContainer> task) {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        containers.forEach(c -> tasks.add(() -> {
            task.accept(c);
            return true;
        }));
        Workers.sideBySide(DockerRuntime.SIDE_BY_SIDE, "docker-settle", tasks);
    }
}
