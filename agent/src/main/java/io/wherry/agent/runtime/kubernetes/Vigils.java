package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.kubernetes.Places.Listed;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Keeps watch over stacks that were found healthy: as long as nothing of what made them so has changed, they still are, and nobody need be asked. What is
 * not healthy depends on the time too, and is looked at each time.
 */
final class Vigils implements AutoCloseable {
    /** Streams of one connection of HTTP/2, of which an API server allows a hundred; calls need some. What is beyond is looked at each time. */
    static final int MAX_WATCHES = 64;

    /** Who may list but not watch is not asked to each time. */
    private static final Duration AFTER_REFUSAL = Duration.ofMinutes(5);

    private final InstantSource clock;
    private final Map<StackId, Vigil> vigils = new ConcurrentHashMap<>();

    /** @param clock time that passes, whatever the site's clock is set to */
    Vigils(InstantSource clock) {
        this.clock = clock;
    }

    /** What was judged: another generation, or other times, are judged anew. */
    private record Subject(long generation, Digest bundle, Deployment.Timing timing) {
        static Subject of(Deployment.Identity identity, Deployment.Timing timing) {
            return new Subject(identity.generation(), identity.bundle(), timing);
        }
    }

    private record Vigil(
            Subject subject,
            Health health,
            Instant since,
            List<Listed> lists,
            List<PlaceWatch> watches,
            List<ApiServer.Following> ends) {
        boolean holds() {
            return !watches.isEmpty() && watches.stream().allMatch(PlaceWatch::isQuiet);
        }

        Set<Unchanged.Query> unchanged() {
            return IntStream.range(0, watches.size())
                    .filter(i -> watches.get(i).isQuiet())
                    .mapToObj(i -> new Unchanged.Query(
                            lists.get(i).path(), lists.get(i).selector()))
                    .collect(Collectors.toSet());
        }
    }

    /** The health that was found, where it certainly holds still. */
    Optional<Health> holding(Deployment.Identity identity, Deployment.Timing timing) {
        return Optional.ofNullable(vigils.get(identity.stack()))
                .filter(vigil -> vigil.subject().equals(Subject.of(identity, timing)) && vigil.holds())
                .map(Vigil::health);
    }

    /** Which lists of a stack are what they were when it was looked at last, whatever its generation was then. */
    Unchanged unchanged(StackId stack) {
        return Optional.ofNullable(vigils.get(stack))
                .map(vigil -> new Unchanged(vigil.unchanged()))
                .orElse(Unchanged.NONE);
    }

    /**
     * Begins to watch, from what was read on.
     *
     * @param read what the health was judged by
     */
    void begin(Deployment deployment, ClusterApi api, Health health, List<Listed> read) {
        StackId stack = deployment.identity().stack();
        boolean refusedBefore =
                Optional.ofNullable(vigils.get(stack)).filter(this::wasRefused).isPresent();
        if (!(health instanceof Health.Healthy)) {
            end(stack);
            return;
        }
        if (refusedBefore) {
            return;
        }
        end(stack);
        int others = vigils.values().stream()
                .mapToInt(vigil -> vigil.watches().size())
                .sum();
        if (read.isEmpty() || others + read.size() > MAX_WATCHES) {
            return;
        }
        Vigil vigil = new Vigil(
                Subject.of(deployment.identity(), deployment.timing()),
                health,
                clock.instant(),
                List.copyOf(read),
                new ArrayList<>(),
                new ArrayList<>());
        for (Listed list : read) {
            PlaceWatch watch = new PlaceWatch(clock);
            String path = PlaceWatch.path(list.path(), list.selector(), list.resourceVersion());
            vigil.ends().add(api.watch(path, PlaceWatch.LENGTH, watch));
            vigil.watches().add(watch);
        }
        vigils.put(stack, vigil);
    }

    private boolean wasRefused(Vigil vigil) {
        return vigil.watches().stream().anyMatch(PlaceWatch::isRefused)
                && vigil.since().plus(AFTER_REFUSAL).isAfter(clock.instant());
    }

    /** Of a stack that goes. */
    void end(StackId stack) {
        Vigil vigil = vigils.remove(stack);
        if (vigil != null) {
            vigil.ends().forEach(ApiServer.Following::close);
        }
    }

    @Override
    public void close() {
        List.copyOf(vigils.keySet()).forEach(this::end);
    }
}
