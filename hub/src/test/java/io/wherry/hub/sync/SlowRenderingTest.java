package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Loop;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.contract.Features;
import io.wherry.contract.StackId;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.kubernetes.ClusterOptions;
import io.wherry.hub.render.kubernetes.HelmChart;
import io.wherry.hub.render.kubernetes.KubernetesRenderer;
import io.wherry.hub.render.kubernetes.KubernetesRequest;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.source.SourceTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chart that takes all its time, here as long as the test wants: what the hub does meanwhile, and when it is tried again. */
class SlowRenderingTest {
    private static final String MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: '%s'}\n";
    private static final String STUCK = "helm took more than 18 s";

    /** Far above what it takes on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger bombs = new AtomicInteger();
    private SyncFixture hub;
    private AgentRecord cluster;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.sync.renderBy(this::render);
        hub.source();
        cluster = hub.joinOlder("cluster", Features.UNDERSTOOD_ON_KUBERNETES);
        stack("bomb", "helm");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    /** As helm does, but for the chart {@code bomb}, which comes to no end while its files say so. */
    private Rendering render(RenderGroup group, Stack stack, SourceTree tree, Optional<HelmChart.Fetched> chart) {
        if (stack.name().equals("bomb")
                && tree.file("bomb/endless")
                        .filter(file -> file.content().length > 0)
                        .isPresent()) {
            bombs.incrementAndGet();
            begun.countDown();
            await(end);
            return new Rendering.Invalid(
                    List.of(new Problem(Position.of(group.path()), STUCK, "")),
                    tree.readSet().unsettled());
        }
        return KubernetesRenderer.render(
                new KubernetesRequest(tree, group.path(), List.of(), List.of(), ClusterOptions.of("default")));
    }

    @Test
    void theHubServesOnWhileOneRunsAndEndsWell() {
        List<Loop> loops = IntStream.range(0, 2)
                .mapToObj(number -> Loop.start("rendering", Duration.ofHours(1), hub.sync.building()::buildWaiting))
                .toList();
        hub.sync.building().onWait(() -> loops.forEach(Loop::nudge));
        try {
            hub.commitAndCheck("first", Map.of("bomb/endless", "yes", "bomb/a.yaml", MAP.formatted("1")));
            await(begun);

            stack("plain", "kubernetes");
            stack("shop", "helm");
            hub.commitAndCheck("second", Map.of("plain/a.yaml", MAP.formatted("2"), "shop/a.yaml", MAP.formatted("3")));

            assertThat(hub.entry(cluster, "plain").generation()).isEqualTo(1);
            until(() -> has("shop"));
            assertThat(hub.operations.plan("shop").orElseThrow().targets()).hasSize(1);
            assertThat(problem("bomb")).isEmpty();

            end.countDown();
            until(() -> problem("bomb").equals("RenderFailed"));
            assertThat(has("bomb")).isFalse();
        } finally {
            end.countDown();
            loops.forEach(Loop::close);
        }
    }

    @Test
    void oneThatWasEndedIsTriedAgainAfterEverLongerPausesOrWhenItsFilesChange() {
        end.countDown();
        hub.commitAndCheck("first", Map.of("bomb/endless", "yes", "bomb/a.yaml", MAP.formatted("1")));
        assertThat(problem("bomb")).isEqualTo("RenderFailed");
        assertThat(detail("bomb")).contains(STUCK);

        hub.commitAndCheck("another's", Map.of("other/a.yaml", "a: 1\n"));
        hub.joinOlder("second-cluster", Features.UNDERSTOOD_ON_KUBERNETES);
        hub.sync.fleetChanged();
        hub.sync.building().buildWaiting();
        hub.operations.plan("bomb");
        assertThat(bombs).hasValue(1);

        after(1, 2);
        after(1, 2);
        after(1, 3);
        after(3, 3);
        after(1, 4);

        hub.operations.sync("bomb", false, SyncFixture.ADA);
        assertThat(bombs).hasValue(5);

        hub.commitAndCheck("mended", Map.of("bomb/endless", ""));
        assertThat(bombs).hasValue(5);
        assertThat(problem("bomb")).isEmpty();
        assertThat(has("bomb")).isTrue();
    }

    private void after(int minutes, int count) {
        hub.fleet.clock.advance(Duration.ofMinutes(minutes));
        hub.sync.building().buildWaiting();
        assertThat(bombs).hasValue(count);
    }

    @Test
    void ofTheFoldersOfOneStackNoFurtherOneBeginsWhenOneWasEnded() {
        end.countDown();
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: bomb}
                spec:
                  sourceRef: main
                  path: ${agent.name}
                  format: helm
                  targets: [{agentSelector: {matchLabels: {app: "yes"}}}]
                """);
        for (int i = 0; i < 5; i++) {
            hub.joinOlder("a" + i, Features.UNDERSTOOD_ON_KUBERNETES);
        }
        hub.commitAndCheck(
                "first",
                Map.of("bomb/endless", "yes", "a0/a.yaml", MAP.formatted("0"), "a4/a.yaml", MAP.formatted("4")));

        assertThat(bombs.get()).isBetween(1, 2);
        assertThat(detail("bomb")).contains(STUCK);
    }

    private void stack(String name, String format) {
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: %s}
                spec:
                  sourceRef: main
                  path: %s
                  format: %s
                  targets: [{agentSelector: {matchLabels: {app: "yes"}}}]
                """.formatted(name, name, format));
    }

    private boolean has(String stack) {
        return hub.assignments.newest(cluster.id()).isPresent()
                && hub.assignment(cluster).entries().stream()
                        .anyMatch(entry -> entry.name().equals(stack));
    }

    private String problem(String stack) {
        return hub.status
                .stack(StackId.parse(hub.stored(stack).uid()), stack)
                .state()
                .problem();
    }

    private String detail(String stack) {
        return hub.status
                .stack(StackId.parse(hub.stored(stack).uid()), stack)
                .state()
                .problemDetail();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void until(BooleanSupplier condition) {
        long limit = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it does not come").isLessThan(limit);
            Thread.onSpinWait();
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
