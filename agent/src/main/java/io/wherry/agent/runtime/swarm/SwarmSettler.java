package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.docker.EngineException;
import io.wherry.agent.runtime.docker.Pause;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** Takes away what is not wanted any more: as far as the release permits, or what a failed release made. Every step may be repeated. */
final class SwarmSettler {
    /** A task ends within its grace period, which is seconds mostly; what takes longer is waited for by calling again. */
    private static final Duration TASKS_END = Duration.ofMinutes(1);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);

    private static final Set<String> ENDED = Set.of("complete", "shutdown", "failed", "rejected", "orphaned", "remove");

    private final SwarmApi swarm;
    private final SwarmState state;
    private final List<Change> changes = new ArrayList<>();
    private final TreeSet<String> leftovers = new TreeSet<>();
    private final Set<String> removedServices = new HashSet<>();

    SwarmSettler(SwarmApi swarm, SwarmState state) {
        this.swarm = swarm;
        this.state = state;
    }

    List<Change> changes() {
        return List.copyOf(changes);
    }

    List<String> leftovers() {
        return List.copyOf(leftovers);
    }

    /** What the release permits to delete goes, and so do configs and secrets that nothing uses any more; the rest is left over, and named. */
    void commit(WantedStack wanted) {
        Predicate<String> permitted = wanted::permits;
        services((name, key) -> wanted.service(name).isEmpty(), permitted);
        files((name, kind) -> !wanted.hasFile(kind, name));
        networks((name, key) -> !wanted.hasNetwork(name), permitted);
        volumes(
                (name, key) -> !wanted.model().volumes().containsKey(key),
                object -> permitted.test(object)
                        && wanted.deployment().deletions().removeData());
    }

    /**
     * Everything of the stack goes that the release permits to delete.
     *
     * @param removeData whether volumes may go, with their data
     */
    void removeAll(Predicate<String> permitted, boolean removeData) {
        services((name, key) -> true, permitted);
        files((name, kind) -> true);
        networks((name, key) -> true, permitted);
        volumes((name, key) -> true, object -> removeData && permitted.test(object));
    }

    /**
     * What only a failed release had goes; volumes stay, they may hold data.
     *
     * @param kept what ran before; empty: nothing did
     */
    void undo(long generation, Optional<WantedStack> kept) {
        services(
                (name, key) -> kept.flatMap(before -> before.service(name)).isEmpty()
                        && SwarmState.madeBy(state.services().getOrDefault(name, Raw.NOTHING), generation),
                object -> true);
        files((name, kind) -> kept.filter(before -> before.hasFile(kind, name)).isEmpty()
                && SwarmState.madeBy(state.files(kind).getOrDefault(name, Raw.NOTHING), generation));
        networks(
                (name, key) -> kept.filter(before -> before.hasNetwork(name)).isEmpty()
                        && SwarmState.madeBy(state.networks().getOrDefault(name, Raw.NOTHING), generation),
                object -> true);
    }

    private void services(BiPredicate<String, String> unwanted, Predicate<String> permitted) {
        state.ours(state.services()).forEach((name, service) -> {
            String object = "service/" + SwarmState.key(service);
            if (!unwanted.test(name, SwarmState.key(service))) {
                return;
            }
            if (!permitted.test(object)) {
                leftovers.add(object);
                return;
            }
            swarm.removeService(service.string("ID"));
            removedServices.add(service.string("ID"));
            changes.add(new Change(Change.Action.REMOVED, object, "no longer wanted"));
        });
        awaitEnd();
    }

    /** Networks and volumes cannot go before the tasks that use them. */
    private void awaitEnd() {
        long end = System.nanoTime() + TASKS_END.toNanos();
        while (!removedServices.isEmpty() && runsStill() && System.nanoTime() - end < 0) {
            Pause.sleep(BETWEEN_LOOKS, "the tasks of removed services end");
        }
    }

    private boolean runsStill() {
        return swarm.tasks(state.project()).stream()
                .filter(task ->
                        removedServices.contains(task.findString("ServiceID").orElse("")))
                .anyMatch(task -> !ENDED.contains(
                        task.object("Status").findString("State").orElse("")));
    }

    private void files(BiPredicate<String, FileObject.Kind> unwanted) {
        for (FileObject.Kind kind : FileObject.Kind.values()) {
            state.ours(state.files(kind)).forEach((name, file) -> {
                if (unwanted.test(name, kind)) {
                    file(kind, file);
                }
            });
        }
    }

    private void file(FileObject.Kind kind, Json.Obj file) {
        try {
            swarm.remove(kind, file.string("ID"));
            String object = (kind == FileObject.Kind.CONFIG ? "config/" : "secret/") + SwarmState.key(file);
            changes.add(new Change(Change.Action.REMOVED, object, "nothing uses it any more"));
        } catch (EngineException e) {
            if (!inUse(e)) { // a service that is left over, or of somebody else, has it: it goes when that does
                throw e;
            }
        }
    }

    private void networks(BiPredicate<String, String> unwanted, Predicate<String> permitted) {
        state.ours(state.networks()).forEach((name, network) -> {
            String object = "network/" + SwarmState.key(network);
            if (!unwanted.test(name, SwarmState.key(network))) {
                return;
            }
            if (!permitted.test(object) || !remove(() -> removeNetwork(network.string("Id")))) {
                leftovers.add(object);
                return;
            }
            changes.add(new Change(Change.Action.REMOVED, object, "no longer wanted"));
        });
    }

    /**
     * An engine whose task never came to its end on a network keeps that network for itself when the swarm has none of it any more: it goes when it is asked
     * once more.
     */
    private void removeNetwork(String id) {
        swarm.removeNetwork(id);
        if (swarm.inspectNetwork(id).isPresent()) {
            swarm.removeNetwork(id);
        }
    }

    /** Volumes of this node; those of other nodes are out of reach. */
    private void volumes(BiPredicate<String, String> unwanted, Predicate<String> permitted) {
        for (Json.Obj volume : swarm.volumes()) {
            String key = SwarmState.key(volume);
            if (!state.isOurs(volume) || !unwanted.test(volume.string("Name"), key)) {
                continue;
            }
            String object = "volume/" + key;
            if (!permitted.test(object) || !remove(() -> swarm.removeVolume(volume.string("Name")))) {
                leftovers.add(object);
            } else {
                changes.add(new Change(Change.Action.REMOVED, object, "no longer wanted"));
            }
        }
    }

    /** The engine lets go a moment after the last task has ended. @return false if something uses it still */
    private boolean remove(Runnable removal) {
        long end = System.nanoTime() + TASKS_END.toNanos();
        while (true) {
            try {
                removal.run();
                return true;
            } catch (EngineException e) {
                if (!inUse(e)) {
                    throw e;
                }
                if (removedServices.isEmpty() || System.nanoTime() - end >= 0) {
                    return false;
                }
            }
            Pause.sleep(BETWEEN_LOOKS, "the engine lets go of what removed services used");
        }
    }

    private static boolean inUse(EngineException e) {
        return e.conflict() || e.words().contains("in use") || e.words().contains("active endpoints");
    }
}
