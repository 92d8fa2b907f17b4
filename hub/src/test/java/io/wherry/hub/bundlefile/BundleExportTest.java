package io.wherry.hub.bundlefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Assignment;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.JoinTokenSpec;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.resource.Selector;
import io.wherry.hub.rollout.Assignments;
import io.wherry.hub.sync.SyncFixture;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hub without its ports makes files; they are read back as a site would. */
class BundleExportTest {
    private static final Duration QUARTER = Duration.ofDays(90);

    @TempDir
    Path folder;

    private SyncFixture hub;
    private BundleExport export;
    private AgentRecord north;
    private final List<String> recorded = new ArrayList<>();

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.source();
        north = hub.join("north", Map.of("app", "yes", "site", "arctic"));
        hub.join("south", Map.of("app", "yes", "site", "antarctic"));
        hub.join("spare", Map.of("site", "antarctic"));
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", "services: {web: {image: 'shop:1'}}\n"));
        export = new BundleExport(
                hub.fleet.agents,
                hub.fleet.resources,
                hub.assignments,
                hub.bundles,
                hub.releases,
                () -> List.of(new byte[] {1}));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private Export prepare(List<String> agents, String selector) {
        return export.prepare(
                new ExportRequest(
                        agents, selector.isEmpty() ? Optional.empty() : Optional.of(Selector.parse(selector)), QUARTER),
                (handle, agent) -> recorded.add(agent.name()));
    }

    private BundleFile file(Export export) throws IOException {
        Path file = folder.resolve("a.wherry");
        try (OutputStream out = Files.newOutputStream(file)) {
            ((Export.Ready) export).writer().write(out);
        }
        return BundleFile.open(file);
    }

    private static Assignment assignment(BundleFile file, Descriptor document) throws IOException {
        byte[] payload = Envelope.parse(file.read(document.digest(), Limits.ENVELOPE_BYTES))
                .payload();
        return Assignment.parse(JsonReader.statement(payload, Limits.STATEMENT_BYTES));
    }

    private void refused(List<String> agents, String selector, ExportReason reason, String words) {
        Map<String, Long> before = sequences();
        assertThat(prepare(agents, selector)).isInstanceOfSatisfying(Export.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.detail()).contains(words);
            assertThat(refused.hint()).isNotBlank();
        });
        assertThat(sequences()).as("nothing was issued").isEqualTo(before);
        assertThat(recorded).isEmpty();
    }

    private Map<String, Long> sequences() {
        Map<String, Long> sequences = new TreeMap<>();
        hub.fleet.agents.served().forEach(agent -> hub.assignments
                .newest(agent.id())
                .ifPresent(offer -> sequences.put(agent.name(), offer.sequence())));
        return sequences;
    }

    @Test
    void aFileHasAFreshAssignmentAndAllItNeeds() throws IOException {
        long before = hub.assignments.newest(north.id()).orElseThrow().sequence();

        try (BundleFile file = file(prepare(List.of("north"), ""))) {
            Delivery delivery = file.delivery();
            assertThat(delivery.kind()).isEqualTo(Delivery.Kind.BUNDLES);
            Descriptor document =
                    delivery.documents(Delivery.ASSIGNMENT).findFirst().orElseThrow();
            Assignment assignment = assignment(file, document);
            assertThat(assignment.agentId()).isEqualTo(north.id());
            assertThat(document.annotation(Delivery.AGENT)).contains(north.id().value());
            assertThat(document.annotation(Delivery.AGENT_NAME)).contains("north");
            assertThat(assignment.sequence()).isEqualTo(before + 1);
            assertThat(Duration.between(assignment.issuedAt(), assignment.expiresAt()))
                    .isEqualTo(QUARTER);
            assertThat(delivery.documents(Delivery.ROOT)).hasSize(1);
            assertThat(delivery.documents(Delivery.RELEASE)
                            .map(release -> release.annotation(Delivery.PAYLOAD).orElseThrow()))
                    .containsExactly(assignment.entries().getFirst().release().toString());
            assertThat(file.size(assignment
                            .entries()
                            .getFirst()
                            .bundle()
                            .orElseThrow()
                            .digest()))
                    .isPresent();
        }
        assertThat(recorded).containsExactly("north");
        assertThat(hub.assignments.newest(north.id()).orElseThrow().sequence())
                .as("the link offers the same one")
                .isEqualTo(before + 1);
    }

    @Test
    void oneFileServesManyAgentsAndHoldsEveryBlobOnce() throws IOException {
        file(prepare(List.of("north"), "")).close();
        long one = Files.size(folder.resolve("a.wherry"));
        try (BundleFile file = file(prepare(List.of("south"), "site in (arctic,antarctic)"))) {
            assertThat(file.delivery().documents(Delivery.ASSIGNMENT)).hasSize(2);
            assertThat(file.delivery().documents(Delivery.RELEASE)).hasSize(1);
            assertThat(Files.size(folder.resolve("a.wherry")))
                    .as("only an assignment more, in blocks of a tar")
                    .isLessThan(one + 8192);
        }
        assertThat(recorded).containsExactly("north", "south", "north");
    }

    @Test
    void aSelectorLeavesOutAgentsWithoutAnyStack() throws IOException {
        try (BundleFile file = file(prepare(List.of(), "site=antarctic"))) {
            assertThat(file.delivery()
                            .documents(Delivery.ASSIGNMENT)
                            .flatMap(document -> document.annotation(Delivery.AGENT_NAME).stream()))
                    .containsExactly("south");
        }
    }

    @Test
    void refusesBeforeAnythingIsIssued() {
        refused(List.of("nort"), "", ExportReason.EXPORT_UNKNOWN_AGENT, "did you mean \"north\"?");
        refused(List.of("north", "spare"), "", ExportReason.EXPORT_NOTHING_ASSIGNED, "spare");
        refused(List.of(), "site=moon", ExportReason.EXPORT_UNKNOWN_AGENT, "site=moon");
        TestDevice device = TestDevice.create();
        byte[] token = hub.fleet.token(new JoinTokenSpec(new TreeMap<>(), "", JoinTokenSpec.DEFAULT_TTL, true));
        hub.fleet.enrolment.enrol(device.request(token));
        refused(List.of("site-1"), "", ExportReason.EXPORT_NOT_APPROVED, "waits for approval");
    }

    @Test
    void refusesWhereTheStoreLacksABlob() throws IOException {
        hub.fleet.clock.advance(Duration.ofDays(1));
        hub.bundles.collect(Set.of());
        try (Stream<Path> left = Files.walk(folder.resolve("bundles"))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }

        refused(List.of("north"), "", ExportReason.EXPORT_CONTENT_MISSING, "stack shop: its bundle sha256:");
    }

    @Test
    void anAssignmentIsValidForADayToFourHundred() {
        for (Duration wrong : List.of(Duration.ofHours(23), Duration.ofDays(401))) {
            assertThatThrownBy(() -> new ExportRequest(List.of("north"), Optional.empty(), wrong))
                    .hasMessageContaining("expected: 1d to 400d");
        }
        assertThat(new ExportRequest(List.of("north"), Optional.empty(), Assignments.LIFETIME).validFor())
                .isEqualTo(Duration.ofDays(30));
        assertThatThrownBy(() -> new ExportRequest(List.of(), Optional.empty(), QUARTER))
                .hasMessageContaining("agents: none");
    }
}
