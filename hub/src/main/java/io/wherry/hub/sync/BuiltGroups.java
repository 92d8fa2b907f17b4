package io.wherry.hub.sync;

import io.wherry.contract.StackId;
import io.wherry.hub.source.GitTree;
import io.wherry.hub.source.ReadSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * What programs of others made of groups between turns, until a turn has taken it; and what they failed at for no reason of the files alone, until its pause is
 * over. For several threads.
 */
final class BuiltGroups {
    /** A chart that takes all its time costs some seconds of each minute at first, and of each hour at last. */
    static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

    static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final InstantSource clock;
    private final Map<StackId, Map<String, Built>> built = new ConcurrentHashMap<>();

    BuiltGroups(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * @param pause of one that is unsettled
     * @param again not before then
     */
    private record Built(RenderedGroup group, Duration pause, Instant again) {}

    /** What would come of the group from this tree; empty if that is not known, or its pause is over. */
    Optional<RenderedGroup> find(StackId stack, String key, GitTree tree) {
        return find(stack, key, tree::stillMatches);
    }

    Optional<RenderedGroup> find(StackId stack, String key, Predicate<ReadSet> stillMatches) {
        return Optional.ofNullable(built.getOrDefault(stack, Map.of()).get(key))
                .filter(one -> !one.group().isUnsettled() || one.again().isAfter(clock.instant()))
                .map(Built::group)
                .filter(group -> stillMatches.test(group.record().readSet().settled()));
    }

    /** Whether the group did not come to an end the last time. */
    boolean failed(StackId stack, String key) {
        Built one = built.getOrDefault(stack, Map.of()).get(key);
        return one != null && one.group().isUnsettled();
    }

    void keep(StackId stack, String key, RenderedGroup group) {
        built.compute(stack, (id, before) -> {
            Map<String, Built> all = new HashMap<>(before == null ? Map.of() : before);
            Built had = all.get(key);
            Duration pause = had == null || !sameFiles(had.group(), group) ? FIRST_PAUSE : longer(had.pause());
            all.put(key, new Built(group, pause, clock.instant().plus(pause)));
            return Map.copyOf(all);
        });
    }

    private static boolean sameFiles(RenderedGroup one, RenderedGroup other) {
        return one.record().readSet().equals(other.record().readSet());
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    /** A turn took what there was, and the stack has these groups now: failures of them are kept, and nothing else. */
    void taken(StackId stack, Set<String> keys) {
        retain(stack, (key, one) -> one.group().isUnsettled() && keys.contains(key));
    }

    /** A person wants it tried again at once. */
    void forgetFailures(StackId stack) {
        retain(stack, (key, one) -> !one.group().isUnsettled());
    }

    void forget(StackId stack) {
        built.remove(stack);
    }

    private interface Which {
        boolean test(String key, Built one);
    }

    private void retain(StackId stack, Which which) {
        built.computeIfPresent(stack, (id, before) -> {
            Map<String, Built> all = new HashMap<>(before);
            all.entrySet().removeIf(entry -> !which.test(entry.getKey(), entry.getValue()));
            return all.isEmpty() ? null : Map.copyOf(all);
        });
    }

    /** Stacks with a failure whose pause is over. */
    Set<StackId> due() {
        Instant now = clock.instant();
        Set<StackId> due = new HashSet<>();
        built.forEach((stack, groups) -> {
            if (groups.values().stream()
                    .anyMatch(one -> one.group().isUnsettled() && !one.again().isAfter(now))) {
                due.add(stack);
            }
        });
        return due;
    }
}
