package io.wherry.hub.source;

import io.wherry.base.Loop;
import io.wherry.hub.resource.Ref;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Checks each source on a virtual thread of its own, when it is due or nudged: a server that hangs delays nobody but itself.
 *
 * <p>What a check gave is handed to the listener on that same thread; a slow listener delays the next check of that source alone.
 */
public final class SourceLoops implements AutoCloseable {

    /** A wait that ends a moment early would find itself in the old window: so it ends a moment late. */
    private static final Duration LATE = Duration.ofMillis(20);

    private final SourceChecks checks;
    private final Listener listener;
    private final InstantSource clock;
    private final Map<String, Watched> watched = new HashMap<>(); // guarded by this

    public SourceLoops(SourceChecks checks, Listener listener, InstantSource clock) {
        this.checks = checks;
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * What to check.
     *
     * @param refs      all that stacks of this source follow
     * @param interval  the shortest that the source or one of its stacks asks for
     * @param suspended true: not checked until resumed; what it gave stays
     */
    public record Watch(GitSource source, Set<Ref> refs, Duration interval, boolean suspended) {
        public Watch {
            refs = Set.copyOf(refs);
        }
    }

    /** Told of each check. */
    @FunctionalInterface
    public interface Listener {
        /** @param nudged whether somebody asked for it, as an audit record's trigger */
        void checked(GitSource source, Map<Ref, Fetch> fetches, boolean nudged);
    }

    /** What a loop works on; replaced while it runs. */
    private static final class Order {
        private final AtomicBoolean nudged = new AtomicBoolean();
        private volatile Watch watch;
        private Set<Ref> checked = Set.of(); // of the one loop

        private Order(Watch watch) {
            this.watch = watch;
        }
    }

    private record Watched(Order order, Loop loop) {}

    /** Replaces what is watched: new sources begin at once, changed ones are checked soon, missing ones end. */
    public void watch(Collection<Watch> wanted) {
        replace(wanted)
                .forEach(ended -> ended.loop().close()); // outside of the lock: a check under way may take its time
    }

    private synchronized List<Watched> replace(Collection<Watch> wanted) {
        Set<String> gone = new HashSet<>(watched.keySet());
        for (Watch watch : wanted) {
            gone.remove(watch.source().id());
            Watched known = watched.get(watch.source().id());
            if (known == null) {
                watched.put(watch.source().id(), start(watch));
            } else if (!known.order().watch.equals(watch)) {
                known.order().watch = watch;
                known.loop().nudge();
            }
        }
        return gone.stream().map(watched::remove).filter(Objects::nonNull).toList();
    }

    /** Asks the source's server soon. False if no such source is watched. Never blocks. */
    public synchronized boolean nudge(String source) {
        Watched known = watched.get(source);
        if (known == null) {
            return false;
        }
        known.order().nudged.set(true);
        known.loop().nudge();
        return true;
    }

    private Watched start(Watch first) {
        Order order = new Order(first);
        Loop loop = Loop.start("source-" + first.source().name(), () -> untilDue(order.watch), () -> runOnce(order));
        return new Watched(order, loop);
    }

    private Duration untilDue(Watch watch) {
        var now = clock.instant();
        var next = CheckWindow.at(now, GitMirrors.key(watch.source()), watch.interval())
                .next();
        return Duration.between(now, next).plus(LATE);
    }

    private void runOnce(Order order) {
        Watch watch = order.watch;
        if (!watch.suspended() && !watch.refs().isEmpty()) {
            boolean asked = order.nudged.getAndSet(false); // one that cannot be followed yet waits for the day it can
            boolean anew = asked || isNew(order, watch);
            order.checked = watch.refs();
            listener.checked(watch.source(), checks.check(watch.source(), watch.refs(), watch.interval(), anew), asked);
        }
    }

    /** Whether a reference is followed for the first time: what others of the same URL saw minutes ago need not have had it. */
    private boolean isNew(Order order, Watch watch) {
        return !order.checked.containsAll(watch.refs())
                && !checks.status(watch.source().id()).stream()
                        .flatMap(status -> status.refs().stream())
                        .filter(known -> known.commit().isPresent())
                        .map(known -> known.ref())
                        .collect(Collectors.toSet())
                        .containsAll(watch.refs());
    }

    /** Lets checks under way finish for up to ten seconds each. */
    @Override
    public void close() {
        watch(List.of());
    }
}
