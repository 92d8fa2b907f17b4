package io.wherry.hub.source;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.resource.Ref;
import io.wherry.hub.source.SourceLoops.Watch;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceLoopsTest {
    @TempDir
    Path temporary;

    private record Heard(String source, Map<Ref, Fetch> fetches, boolean nudged) {}

    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private SourceHarness hub;
    private OriginRepository origin;
    private SourceLoops loops;

    @BeforeEach
    void start() {
        hub = SourceHarness.in(temporary);
        origin = OriginRepository.create(temporary.resolve("shop.git"));
        origin.commit("main", "compose.yaml", "one");
        loops = new SourceLoops(
                hub.checks,
                (source, fetches, nudged) -> heard.add(new Heard(source.name(), fetches, nudged)),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        loops.close();
        origin.close();
        hub.close();
    }

    private Watch watch(GitSource source, boolean suspended) {
        return new Watch(source, Set.of(SourceHarness.MAIN), Duration.ofHours(1), suspended);
    }

    private Heard next() throws InterruptedException {
        @Nullable Heard next = heard.poll(20, SECONDS);
        if (next == null) {
            throw new AssertionError("no check within 20 s");
        }
        return next;
    }

    @Test
    void checksAtOnceAndWhenNudged() throws InterruptedException {
        GitSource source = hub.source(origin);
        loops.watch(List.of(watch(source, false)));
        assertThat(next().nudged()).isFalse();

        origin.commit("main", "compose.yaml", "two");
        assertThat(loops.nudge(source.id())).isTrue();
        Heard nudged = next();

        assertThat(nudged.nudged()).isTrue();
        assertThat(nudged.fetches().get(SourceHarness.MAIN)).isInstanceOf(Fetch.Fetched.class);
        assertThat(loops.nudge("nobody")).isFalse();
    }

    @Test
    void asksNobodyWhileSuspendedAndAgainWhenResumed() throws InterruptedException {
        GitSource source = hub.source(origin);
        loops.watch(List.of(watch(source, true)));
        loops.nudge(source.id());
        assertThat(heard.poll(300, MILLISECONDS)).isNull();

        loops.watch(List.of(watch(source, false)));
        assertThat(next().source()).isEqualTo("shop");
    }

    /** Who resumes and syncs in one breath is quicker than the fleet, which tells this of the resumption. */
    @Test
    void aNudgeThatComesBeforeTheResumptionIsKept() throws InterruptedException {
        GitSource source = hub.source(origin);
        loops.watch(List.of(watch(source, false)));
        next();
        loops.watch(List.of(watch(source, true)));
        origin.commit("main", "compose.yaml", "two");
        loops.nudge(source.id());
        assertThat(heard.poll(300, MILLISECONDS)).isNull();

        loops.watch(List.of(watch(source, false)));
        Heard resumed = next();
        assertThat(resumed.nudged()).isTrue();
        assertThat(resumed.fetches().get(SourceHarness.MAIN)).isInstanceOf(Fetch.Fetched.class);
    }

    @Test
    void aHungServerDelaysNobodyElse() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            GitSource hung = SourceHarness.source(
                    "hung",
                    "https://127.0.0.1:" + silent.getLocalPort() + "/x.git",
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofSeconds(3));
            loops.watch(List.of(watch(hung, false), watch(hub.source(origin), false)));

            assertThat(next().source()).isEqualTo("shop");
            Heard ended = next();
            assertThat(ended.source()).isEqualTo("hung");
            assertThat(((Fetch.Failed) java.util.Objects.requireNonNull(
                                    ended.fetches().get(SourceHarness.MAIN)))
                            .reason())
                    .isEqualTo(SourceReason.SERVER_TIMED_OUT);
        }
    }
}
