package io.wherry.hub.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.Features;
import io.wherry.contract.StackId;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.registry.ChartSource;
import io.wherry.hub.resource.ChartFrom;
import io.wherry.hub.resource.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code helm.chartFrom.sourceRef}: where the chart is then, and how such a source is doing. */
class ChartsOfASourceTest {
    private static final byte[] FIRST = "first".getBytes(UTF_8);
    private static final byte[] SECOND = "second".getBytes(UTF_8);

    @TempDir
    Path folder;

    private final List<ChartFrom> fetched = new CopyOnWriteArrayList<>();
    private SyncFixture hub;
    private volatile byte[] there = FIRST;
    private volatile String fails = "";

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.charts = from -> {
            fetched.add(from);
            if (!fails.isEmpty()) {
                throw new RegistryException(from + ": " + fails, "does it run?");
            }
            return ChartSource.Chart.unsigned(there);
        };
        hub.source();
        hub.joinOlder("cluster", Features.UNDERSTOOD_ON_KUBERNETES);
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: shop}
                spec:
                  sourceRef: main
                  path: shop
                  format: helm
                  helm: {valuesFiles: [values.yaml], chartFrom: {sourceRef: charts, chart: web, version: 1.2.3}}
                  targets: [{agentSelector: {matchLabels: {app: "yes"}}}]
                """);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private void charts(String more) {
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: charts}
                spec: {%s}
                """.formatted(more));
    }

    private void commit(String values) {
        hub.commitAndCheck(values, Map.of("shop/values.yaml", "a: " + values + "\n"));
    }

    @Test
    void aChartIsFetchedAsItsSourceSays() {
        charts(
                "type: helm, url: 'https://charts.example.org', credentialRef: reader, caBundle: pem, proxy: 'http://proxy.example.org:3128', timeout: 90s");
        commit("1");
        hub.sync.resolveDigests();

        assertThat(fetched)
                .containsExactly(new ChartFrom(
                        new ChartFrom.Place(
                                "https://charts.example.org",
                                Optional.of("reader"),
                                Optional.of("pem"),
                                Optional.of("http://proxy.example.org:3128"),
                                Duration.ofSeconds(90),
                                Optional.of("charts")),
                        "web",
                        "1.2.3",
                        Optional.empty(),
                        Optional.empty()));
        assertThat(plan()).contains("chart web 1.2.3 of https://charts.example.org: " + Digest.of(FIRST));
        assertThat(charts().state()).isEqualTo(SourceCharts.State.READY);
    }

    @Test
    void aSourceThatIsNotThereOrHoldsNoChartsIsSaid() {
        commit("1");
        assertThat(problem()).isEqualTo("SourceMissing");
        assertThat(detail()).isEqualTo("helm.chartFrom.sourceRef: source charts does not exist (wherry apply -f it)");

        charts("type: git, url: 'https://git.example.org/charts.git'");
        hub.sync.fleetChanged();
        assertThat(problem()).isEqualTo("SourceMissing");
        assertThat(detail()).contains("source charts is of type git (name one of type helm or oci");

        charts("type: oci, url: 'oci://r.example.org/charts', ref: {tag: v1}");
        hub.sync.fleetChanged();
        assertThat(detail())
                .contains("source charts is of type oci with a ref, and holds files of stacks (name one of");
        assertThat(fetched).isEmpty();
    }

    @Test
    void filesOfAStackDoNotComeFromCharts() {
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: main}
                spec: {type: oci, url: 'oci://r.example.org/charts'}
                """);
        hub.sync.fleetChanged();

        assertThat(problem()).isEqualTo("SourceMissing");
        assertThat(detail()).contains("source main holds charts, and the files of a stack are in a source of type git");
        assertThat(hub.sync.watches()).isEmpty();
    }

    @Test
    void aSuspendedSourceGivesNothingNewAndKeepsWhatItGave() {
        charts("type: helm, url: 'https://charts.example.org', suspend: true");
        commit("1");
        hub.sync.resolveDigests();
        assertThat(fetched).isEmpty();
        assertThat(problem()).isEqualTo("ChartUnavailable");
        assertThat(detail()).contains("its source charts was suspended (wherry source resume charts)");

        charts("type: helm, url: 'https://charts.example.org'");
        hub.sync.fleetChanged();
        hub.sync.resolveDigests();
        assertThat(fetched).hasSize(1);
        charts("type: helm, url: 'https://charts.example.org', suspend: true");
        hub.sync.fleetChanged();

        assertThat(plan()).contains(Digest.of(FIRST).toString());
        assertThat(((OperationResult.Blocked) hub.operations.sync("shop", false, SyncFixture.ADA)).message())
                .contains("source charts is suspended"); // and what it gave is no chart
        assertThat(fetched).hasSize(1);
    }

    @Test
    void aMendedSourceIsAskedAtOnceWhenAPersonSaysSo() {
        fails = "the server answered 401";
        charts("type: helm, url: 'https://charts.example.org'");
        commit("1");
        hub.sync.resolveDigests();
        assertThat(charts().state()).isEqualTo(SourceCharts.State.FAILING);
        assertThat(charts().problem().orElseThrow().detail()).contains("the server answered 401");
        fails = "";
        hub.sync.resolveDigests();
        assertThat(fetched).hasSize(1); // its pause is not over

        assertThat(hub.sync.askForCharts(uid())).isTrue();
        hub.sync.resolveDigests();

        assertThat(fetched).hasSize(2);
        assertThat(charts().state()).isEqualTo(SourceCharts.State.READY);
    }

    @Test
    void aPersonIsToldThatAVersionIsAnotherArchiveByNowUntilItIsPutBack() {
        charts("type: helm, url: 'https://charts.example.org'");
        commit("1");
        hub.sync.resolveDigests();
        there = SECOND;

        hub.sync.askForCharts(uid());
        hub.sync.resolveDigests();
        assertThat(charts().problem().orElseThrow().reason()).isEqualTo(SyncReason.CHART_MOVED);
        assertThat(charts().problem().orElseThrow().detail())
                .contains("is " + Digest.of(SECOND) + " there", "what was fetched first stays");
        assertThat(plan()).contains(Digest.of(FIRST).toString());

        there = FIRST;
        hub.fleet.clock.advance(Duration.ofMinutes(1));
        hub.sync.resolveDigests();
        assertThat(charts().state()).isEqualTo(SourceCharts.State.READY);
    }

    @Test
    void anotherAddressIsFetchedAnew() {
        charts("type: helm, url: 'https://charts.example.org'");
        commit("1");
        hub.sync.resolveDigests();

        charts("type: oci, url: 'oci://r.example.org/charts'");
        hub.sync.fleetChanged();
        hub.sync.resolveDigests();

        assertThat(fetched.getLast().ociName()).isEqualTo("r.example.org/charts/web");
        assertThat(plan()).contains("chart web 1.2.3 of oci://r.example.org/charts: " + Digest.of(FIRST));
    }

    @Test
    void oneThatNoStackTakesAChartFromWasNotAsked() {
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: others}
                spec: {type: helm, url: 'https://others.example.org'}
                """);

        assertThat(hub.sync.charts(source("others")).state()).isEqualTo(SourceCharts.State.UNCHECKED);
        assertThat(hub.sync.askForCharts("no such uid")).isFalse();
    }

    private Source source(String name) {
        return hub.fleet.resources.find(Source.class, name).orElseThrow().resource();
    }

    private String uid() {
        return hub.fleet.resources.find(Source.class, "charts").orElseThrow().uid();
    }

    private SourceCharts charts() {
        return hub.sync.charts(source("charts"));
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
