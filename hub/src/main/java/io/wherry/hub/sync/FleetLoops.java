package io.wherry.hub.sync;

import io.wherry.base.Loop;
import io.wherry.hub.render.worker.Worker;
import io.wherry.hub.resource.Source;
import io.wherry.hub.rollout.Assignments;
import io.wherry.hub.source.SourceChecks;
import io.wherry.hub.source.SourceLoops;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/** Keeps the fleet moving: a loop per source that fetches, and one that follows changes of resources and agents. */
public final class FleetLoops implements AutoCloseable {
    /** Looks for due re-issues and forgotten nudges; a turn that finds nothing to do costs some milliseconds. */
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    /** What nobody needs costs disk and nothing else: a few times a day is enough. */
    private static final Duration COLLECTION = Duration.ofHours(6);

    /** Registries that failed are asked again after a pause of their own; this only finds out that it is over. */
    private static final Duration DIGESTS = Duration.ofSeconds(10);

    /** Renderings that failed for a while are tried again after a pause of their own; this only finds out that it is over. */
    private static final Duration RENDERING = Duration.ofMinutes(1);

    private final FleetSync sync;
    private final SourceLoops sources;
    private final Loop fleet;
    private final Loop digests;
    private final List<Loop> rendering;
    private final Loop collection;

    private FleetLoops(
            FleetSync sync, SourceLoops sources, Loop fleet, Loop digests, List<Loop> rendering, Loop collection) {
        this.sync = sync;
        this.sources = sources;
        this.fleet = fleet;
        this.digests = digests;
        this.rendering = rendering;
        this.collection = collection;
    }

    public static FleetLoops start(FleetSync sync, SourceChecks checks, Assignments assignments, InstantSource clock) {
        SourceLoops sources = new SourceLoops(checks, sync, clock);
        List<Loop> rendering = IntStream.rangeClosed(1, Worker.AT_A_TIME)
                .mapToObj(number -> Loop.start("rendering-" + number, RENDERING, sync::buildWaiting))
                .toList();
        sync.onBuildsWait(() -> rendering.forEach(Loop::nudge)); // before anything asks for a turn
        Loop fleet = Loop.start("fleet-sync", INTERVAL, () -> {
            sources.watch(sync.watches());
            sync.fleetChanged();
            assignments.reissueDue();
        });
        Loop digests = Loop.start("image-digests", DIGESTS, sync::resolveDigests);
        sync.onDigestsMissed(digests::nudge);
        return new FleetLoops(
                sync, sources, fleet, digests, rendering, Loop.start("bundle-collection", COLLECTION, sync::collect));
    }

    /** Resources or agents changed. Never blocks. */
    public void nudge() {
        fleet.nudge();
    }

    /** How a source of charts is doing. */
    public SourceCharts charts(Source source) {
        return sync.charts(source);
    }

    /** Asks a source's server soon, by the source's uid. False if it is not watched. Never blocks. */
    public boolean nudgeSource(String uid) {
        return sources.nudge(uid) || sync.askForCharts(uid);
    }

    @Override
    public void close() {
        sources.close();
        fleet.close();
        digests.close();
        rendering.forEach(Loop::close);
        collection.close();
    }
}
