package io.wherry.hub.sync;

import io.wherry.base.Loop;
import io.wherry.hub.render.worker.Worker;
import io.wherry.hub.resource.Source;
import io.wherry.hub.rollout.Assignments;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.SourceChecks;
import io.wherry.hub.source.SourceLoops;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Keeps the fleet moving: a loop per source that fetches, and one that follows changes of resources and agents. */
public final class FleetLoops implements AutoCloseable {
    /** Looks for due re-issues and forgotten nudges; a turn that finds nothing to do costs some milliseconds. */
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    /** What nobody needs costs disk and nothing else: a few times a day is enough. */
    private static final Duration COLLECTION = Duration.ofHours(6);

    /** Registries that failed are asked again after a pause of their own; this only finds out that it is over. */
    private static final Duration DIGESTS = Duration.ofSeconds(10);

    /** Reports nudge it; this only finds out that a wave was watched for long enough, or that an agent is heard again. */
    private static final Duration ROLLOUTS = Duration.ofSeconds(10);

    /** Renderings that failed for a while are tried again after a pause of their own; this only finds out that it is over. */
    private static final Duration RENDERING = Duration.ofMinutes(1);

    private final FleetSync sync;
    private final SourceLoops sources;
    private final Loop fleet;
    private final Loop rollouts;
    /** Those that nobody nudges from outside. */
    private final List<Loop> others;

    private FleetLoops(FleetSync sync, SourceLoops sources, Loop fleet, Loop rollouts, List<Loop> others) {
        this.sync = sync;
        this.sources = sources;
        this.fleet = fleet;
        this.rollouts = rollouts;
        this.others = others;
    }

    /** @param told of each check, after the stacks were brought on; it must not block */
    public static FleetLoops start(
            FleetSync sync,
            SourceChecks checks,
            Assignments assignments,
            Consumer<GitSource> told,
            InstantSource clock) {
        SourceLoops.Listener listener = (source, fetches, nudged) -> {
            sync.checked(source, fetches, nudged);
            told.accept(source);
        };
        SourceLoops sources = new SourceLoops(checks, listener, clock);
        List<Loop> rendering = IntStream.rangeClosed(1, Worker.AT_A_TIME)
                .mapToObj(number -> Loop.start("rendering-" + number, RENDERING, sync.building()::buildWaiting))
                .toList();
        sync.building().onWait(() -> rendering.forEach(Loop::nudge)); // before anything asks for a turn
        Loop fleet = Loop.start("fleet-sync", INTERVAL, () -> {
            sources.watch(sync.watches());
            sync.fleetChanged();
            assignments.reissueDue();
        });
        Loop digests = Loop.start("image-digests", DIGESTS, sync::resolveDigests);
        sync.onDigestsMissed(digests::nudge);
        List<Loop> others = new ArrayList<>(List.of(digests));
        others.addAll(rendering);
        others.add(Loop.start("bundle-collection", COLLECTION, sync::collect));
        return new FleetLoops(
                sync, sources, fleet, Loop.start("rollouts", ROLLOUTS, sync::advanceRollouts), List.copyOf(others));
    }

    /** Resources or agents changed, or an agent reported. Never blocks. */
    public void nudge() {
        fleet.nudge();
        rollouts.nudge();
    }

    /** How a source of charts is doing. */
    public SourceCharts charts(Source source) {
        return sync.charts(source);
    }

    /** Whom a policy governs, and what it keeps away. */
    public PolicyReach reach(String policy) {
        return sync.reach(policy);
    }

    /** Asks a source's server soon, by the source's uid. False if it is not watched. Never blocks. */
    public boolean nudgeSource(String uid) {
        return sources.nudge(uid) || sync.askForCharts(uid);
    }

    @Override
    public void close() {
        sources.close();
        fleet.close();
        rollouts.close();
        others.forEach(Loop::close);
    }
}
