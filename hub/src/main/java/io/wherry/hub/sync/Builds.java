package io.wherry.hub.sync;

import io.wherry.contract.StackId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which stacks wait for a program of others to render them, and whose turn it is. A source that has no such program running comes first, then one that waited
 * longest; sources with a stack whose program had to be ended last time have one at a time between them, so that they never take all places. For several threads.
 */
final class Builds {
    private final Map<StackId, Build> waiting = new LinkedHashMap<>(); // in order of arrival
    private final Map<StackId, String> running = new HashMap<>(); // its source
    private final Map<StackId, String> slow = new HashMap<>();
    private final Map<String, Long> served = new HashMap<>();
    private long count;

    /**
     * A stack that waits.
     *
     * @param word on which it is looked at
     */
    record Build(StackId stack, String source, Word word) {}

    /** One that waits already keeps its place. */
    synchronized void want(Build build) {
        waiting.putIfAbsent(build.stack(), build);
    }

    synchronized boolean isIdle() {
        return waiting.isEmpty();
    }

    /**
     * The next one; empty if none waits that may begin: whoever ends one asks again.
     *
     * @param which those that may
     */
    synchronized Optional<Build> begin(Predicate<StackId> which) {
        boolean slowOne = running.values().stream().anyMatch(slow::containsValue);
        Optional<Build> next = waiting.values().stream()
                .filter(one -> which.test(one.stack()) && !running.containsKey(one.stack()))
                .filter(one -> !(slowOne && slow.containsValue(one.source())))
                .min(Comparator.comparing((Build one) -> running.containsValue(one.source()))
                        .thenComparing(one -> slow.containsValue(one.source()))
                        .thenComparing(one -> served.getOrDefault(one.source(), 0L)));
        next.ifPresent(one -> {
            waiting.remove(one.stack());
            running.put(one.stack(), one.source());
            served.put(one.source(), ++count);
        });
        return next;
    }

    /** Forgets how stacks that are no more did: their source is not slow for ever. */
    synchronized void keepOnly(Set<StackId> stacks) {
        slow.keySet().retainAll(stacks);
    }

    /** @param stopped whether a program had to be ended, or could not be had */
    synchronized void ended(Build build, boolean stopped) {
        running.remove(build.stack());
        if (stopped) {
            slow.put(build.stack(), build.source());
        } else {
            slow.remove(build.stack());
        }
        served.keySet()
                .removeIf(source ->
                        waiting.values().stream().noneMatch(one -> one.source().equals(source))
                                && !running.containsValue(source));
    }
}
