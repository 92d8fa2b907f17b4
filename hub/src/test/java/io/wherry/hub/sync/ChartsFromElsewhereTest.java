package io.wherry.hub.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.ChartRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Features;
import io.wherry.contract.Release;
import io.wherry.contract.StackId;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.registry.ChartSource;
import io.wherry.hub.render.kubernetes.ClusterOptions;
import io.wherry.hub.render.kubernetes.KubernetesRenderer;
import io.wherry.hub.render.kubernetes.KubernetesRequest;
import io.wherry.hub.resource.ChartFrom;
import io.wherry.hub.resource.Condition.Status;
import io.wherry.hub.status.StackStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code helm.chartFrom}: when a chart is fetched, and what is told of one that cannot be had or is another one by now. */
class ChartsFromElsewhereTest {
    private static final String FROM = "url: 'https://charts.example.org', chart: web, version: 1.2.3";
    private static final byte[] FIRST = "first".getBytes(UTF_8);
    private static final byte[] SECOND = "second".getBytes(UTF_8);

    @TempDir
    Path folder;

    private final List<ChartFrom> fetched = new CopyOnWriteArrayList<>();
    private SyncFixture hub;
    private AgentRecord cluster;
    private volatile byte[] there = FIRST;
    private volatile Optional<byte[]> provenance = Optional.empty();
    private volatile String fails = "";

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.charts = from -> {
            fetched.add(from);
            if (!fails.isEmpty()) {
                throw new RegistryException(from + ": " + fails, "does it run?");
            }
            return new ChartSource.Chart(there, provenance);
        };
        hub.source();
        cluster = hub.joinOlder("cluster", Features.UNDERSTOOD_ON_KUBERNETES);
        stack(FROM);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void aChartIsFetchedBetweenTurnsAndOnlyOnce() {
        hub.commitAndCheck("first", Map.of("shop/values.yaml", "a: 1\n"));
        assertThat(problem()).isEqualTo("ChartPending");
        assertThat(fetched).isEmpty();

        hub.sync.resolveDigests();
        assertThat(problem()).isEqualTo("RenderFailed"); // what came is no chart
        assertThat(detail())
                .startsWith("chart web 1.2.3 of https://charts.example.org: the packed chart is no packed chart");
        hub.commitAndCheck("second", Map.of("shop/values.yaml", "a: 2\n"));
        hub.start(); // a hub that was restarted
        hub.check();
        hub.sync.resolveDigests();

        assertThat(fetched).hasSize(1);
        assertThat(plan()).contains("chart web 1.2.3 of https://charts.example.org: " + Digest.of(FIRST));
    }

    @Test
    void oneThatIsOnItsWayIsNoTrouble() {
        hub.commitAndCheck("first", Map.of("shop/values.yaml", "a: 1\n"));

        StackStatus waiting = hub.status.stack(StackId.parse(hub.stored("shop").uid()), "shop");
        assertThat(waiting.condition("Reconciling").status()).isEqualTo(Status.TRUE);
        assertThat(waiting.condition("Stalled").status()).isNotEqualTo(Status.TRUE);
        assertThat(hub.told()).doesNotContain("ChartPending");
    }

    @Test
    void oneThatCannotBeHadIsAskedForAgain() {
        fails = "cannot be reached";
        hub.commitAndCheck("first", Map.of("shop/values.yaml", "a: 1\n"));
        hub.sync.resolveDigests();
        hub.sync.resolveDigests();
        assertThat(fetched).hasSize(1);
        assertThat(problem()).isEqualTo("ChartUnavailable");
        assertThat(detail())
                .isEqualTo("chart web 1.2.3 of https://charts.example.org: cannot be reached (does it run?)");

        fails = "";
        hub.fleet.clock.advance(Duration.ofMinutes(1));
        hub.sync.resolveDigests();

        assertThat(problem()).isEqualTo("RenderFailed");
    }

    @Test
    void aPersonNeedNotWaitForThat() {
        fails = "cannot be reached";
        hub.commitAndCheck("first", Map.of("shop/values.yaml", "a: 1\n"));
        hub.sync.resolveDigests();

        fails = "";
        hub.operations.sync("shop", false, SyncFixture.ADA);

        assertThat(problem()).isEqualTo("RenderFailed");
    }

    @Test
    void aVersionThatIsAnotherArchiveByNowIsToldAndNotTaken() {
        hub.commitAndCheck("first", Map.of("shop/values.yaml", "a: 1\n"));
        hub.sync.resolveDigests();
        there = SECOND;

        OperationResult result = hub.operations.sync("shop", false, SyncFixture.ADA);

        assertThat(result).isInstanceOfSatisfying(OperationResult.Blocked.class, blocked -> assertThat(
                        blocked.message()) // what these stand for is no chart
                .contains("ChartMoved", Digest.of(FIRST).toString(), "helm.chartFrom.digest: " + Digest.of(SECOND)));
        assertThat(plan()).contains("chart web 1.2.3 of https://charts.example.org: " + Digest.of(FIRST));

        stack(FROM + ", digest: '" + Digest.of(SECOND) + "'");
        hub.sync.fleetChanged();
        hub.sync.resolveDigests();

        assertThat(plan()).contains("chart web 1.2.3 of https://charts.example.org: " + Digest.of(SECOND));
    }

    @Test
    void anotherDigestThanTheStackNamesIsNotTaken() {
        stack(FROM + ", digest: '" + Digest.of(SECOND) + "'");
        hub.commitAndCheck("first", Map.of("shop/values.yaml", "a: 1\n"));

        hub.sync.resolveDigests();

        assertThat(problem()).isEqualTo("ChartMoved");
        assertThat(detail()).contains("is " + Digest.of(FIRST) + " there, and the stack names " + Digest.of(SECOND));
    }

    @Test
    void aChartThatMustBeSignedWaitsForASignatureAndIsJudgedOnce() throws IOException {
        there = resource("web-1.2.3.tgz");
        stack(FROM);
        hub.commitAndCheck("first", Map.of("shop/values.yaml", "a: 1\n"));
        hub.sync.resolveDigests();
        assertThat(plan()).contains(Digest.of(there).toString()).doesNotContain("signed by");

        String keys = new String(resource("ada.asc"), UTF_8).replace("\n", "\\n");
        stack(FROM + ", verify: {keyring: \"" + keys + "\"}");
        hub.sync.fleetChanged();
        hub.sync.resolveDigests();
        assertThat(problem()).isEqualTo("ChartUnverified");
        assertThat(detail())
                .startsWith("chart web 1.2.3 of https://charts.example.org: has no provenance (web-1.2.3.tgz.prov)");

        provenance = Optional.of(resource("ada.prov"));
        hub.operations.sync("shop", false, SyncFixture.ADA);
        assertThat(problem()).isNotEqualTo("ChartUnverified");
        String signed = "signed by A924F0DAA4373B9A7E8002C5622811CC2A528081 (Ada <ada@example.org>)";
        assertThat(plan()).contains(signed);

        int asked = fetched.size();
        hub.start(); // a hub that was restarted
        hub.check();
        hub.sync.resolveDigests();
        assertThat(plan()).contains(signed);
        assertThat(fetched).hasSize(asked);

        stack(FROM);
        hub.sync.fleetChanged();
        hub.sync.collect();
        assertThat(hub.fleet.database.read(ChartSignatureRepository::all)).isEmpty();
    }

    private static byte[] resource(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                ChartsFromElsewhereTest.class.getResourceAsStream("/provenance/" + file), file)) {
            return in.readAllBytes();
        }
    }

    @Test
    void whatNoStackHasAnyLongerIsForgotten() {
        hub.commitAndCheck("first", Map.of("shop/values.yaml", "a: 1\n"));
        hub.sync.resolveDigests();
        assertThat(hub.bundles.has(Digest.of(FIRST))).isTrue();
        hub.fleet.clock.advance(Duration.ofHours(2));
        hub.sync.collect();
        assertThat(hub.bundles.has(Digest.of(FIRST))).isTrue();

        stack("url: 'https://charts.example.org', chart: other, version: 1.2.3");
        hub.sync.fleetChanged();
        hub.sync.collect();

        assertThat(hub.bundles.has(Digest.of(FIRST))).isFalse();
    }

    @Test
    void theReleaseSaysWhichArchiveItWas() {
        hub.sync.renderBy((group, stack, tree, chart) -> KubernetesRenderer.render(
                new KubernetesRequest(tree, group.path(), List.of(), List.of(), ClusterOptions.of("default"))));
        hub.commitAndCheck("first", Map.of("shop/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n"));
        hub.sync.resolveDigests();

        Release release = hub.release(hub.entry(cluster, "shop"));

        ChartRef chart = new ChartRef("https://charts.example.org", "web", "1.2.3", Digest.of(FIRST));
        assertThat(release.source().orElseThrow().chart()).contains(chart);
        assertThat(Release.parse(JsonReader.statement(release.toStatement(), 1 << 20))
                        .source()
                        .orElseThrow()
                        .chart())
                .contains(chart);
    }

    private void stack(String from) {
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: shop}
                spec:
                  sourceRef: main
                  path: shop
                  format: helm
                  helm: {valuesFiles: [values.yaml], chartFrom: {%s}}
                  targets: [{agentSelector: {matchLabels: {app: "yes"}}}]
                """.formatted(from));
    }

    private String plan() {
        return String.join("\n", hub.operations.plan("shop").orElseThrow().notes());
    }

    private String problem() {
        return hub.status
                .stack(StackId.parse(hub.stored("shop").uid()), "shop")
                .state()
                .problem();
    }

    private String detail() {
        return hub.status
                .stack(StackId.parse(hub.stored("shop").uid()), "shop")
                .state()
                .problemDetail();
    }
}
