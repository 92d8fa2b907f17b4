package io.wherry.hub.bundlefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.AgentId;
import io.wherry.contract.Assignment;
import io.wherry.contract.BundleRef;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.EntryState;
import io.wherry.contract.Envelope;
import io.wherry.contract.Features;
import io.wherry.contract.Layer;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import io.wherry.contract.Outcome;
import io.wherry.contract.Phase;
import io.wherry.contract.Receipt;
import io.wherry.contract.Running;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.registry.RegistryTrust;
import io.wherry.contract.verify.AcknowledgementContext;
import io.wherry.contract.verify.AcknowledgementVerdict;
import io.wherry.contract.verify.AcknowledgementVerifier;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.JoinTokenSpec;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.registry.ImageResolver;
import io.wherry.hub.registry.RegistryClient;
import io.wherry.hub.registry.TestRegistry;
import io.wherry.hub.resource.Selector;
import io.wherry.hub.rollout.Assignments;
import io.wherry.hub.rollout.Offer;
import io.wherry.hub.status.TargetState;
import io.wherry.hub.sync.SyncFixture;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
    private final Map<AgentId, List<TargetState>> reported = new HashMap<>();

    @BeforeEach
    void start() throws IOException {
        hub = new SyncFixture(folder);
        hub.source();
        north = hub.join("north", Map.of("app", "yes", "site", "arctic"));
        hub.join("south", Map.of("app", "yes", "site", "antarctic"));
        hub.join("spare", Map.of("site", "antarctic"));
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", "services: {web: {image: 'shop:1'}}\n"));
        export = new BundleExport(
                new Recipients(hub.fleet.agents, hub.fleet.resources, hub.assignments),
                new FileMaker(
                        hub.bundles,
                        hub.releases,
                        () -> List.of(new byte[] {1}),
                        new ImageResolver(
                                new RegistryClient(RegistryTrust.of(Optional.empty()), host -> Optional.empty())),
                        agent -> reported.getOrDefault(agent, List.of()),
                        new Acknowledgements(hub.fleet.database, hub.keys, hub.fleet.clock)),
                hub.assignments);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private Export prepare(String agent, boolean images, boolean lean) {
        return export.prepare(
                new ExportRequest(List.of(agent), Optional.empty(), QUARTER, images, lean),
                (handle, record) -> recorded.add(record.name()));
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
    void imagesComeAlongNamedByTheAssignment() throws IOException {
        try (TestRegistry registry = TestRegistry.start()) {
            Digest manifest = registry.image("shop", "1", "linux/amd64");
            String name = registry.host() + "/shop:1";
            hub.commitAndCheck("pushed", Map.of("shop/compose.yaml", "services: {web: {image: '" + name + "'}}\n"));

            try (BundleFile file = file(prepare("north", true, false))) {
                Assignment assignment = assignment(
                        file,
                        file.delivery()
                                .documents(Delivery.ASSIGNMENT)
                                .findFirst()
                                .orElseThrow());
                assertThat(assignment.images()).hasSize(1);
                CarriedImage image = assignment.images().getFirst();
                assertThat(image.name()).isEqualTo(name);
                assertThat(image.manifest()).isEqualTo(manifest);
                ImageManifest parsed = ImageManifest.parse(file.read(manifest, ImageManifest.MAX_BYTES));
                parsed.parts()
                        .forEach(part -> assertThat(file.size(part.digest())).hasValue(part.size()));
            }
            assertThat(assignment(hub.assignments.newest(north.id()).orElseThrow())
                            .images())
                    .as("an engine asks its registry where there is a link, but may have been given them")
                    .hasSize(1);
        }
    }

    @Test
    void imagesOfPodsComeAlongForACluster() throws IOException {
        try (TestRegistry registry = TestRegistry.start()) {
            registry.image("shop", "1", "linux/amd64");
            registry.image("move", "1", "linux/amd64");
            hub.joinOlder("cluster", Features.UNDERSTOOD_ON_KUBERNETES);
            hub.apply("""
                    apiVersion: wherry.io/v1alpha1
                    kind: Stack
                    metadata: {name: pods}
                    spec:
                      sourceRef: main
                      path: pods
                      format: kubernetes
                      kubernetes: {namespace: pods}
                      targets: [{agentSelector: {matchLabels: {app: "yes"}}}]
                    """);
            String pod =
                    "apiVersion: v1\nkind: Pod\nmetadata: {name: %1$s}\nspec: {containers: [{name: c, image: '%2$s/%1$s:1'}]}\n";
            hub.commitAndCheck(
                    "pods",
                    Map.of(
                            "pods/shop.yaml", pod.formatted("shop", registry.host()),
                            "pods/move.yaml", pod.formatted("move", registry.host())));

            try (BundleFile file = file(prepare("cluster", true, false))) {
                assertThat(assignment(
                                        file,
                                        file.delivery()
                                                .documents(Delivery.ASSIGNMENT)
                                                .findFirst()
                                                .orElseThrow())
                                .images())
                        .extracting(CarriedImage::name)
                        .containsExactlyInAnyOrder(registry.host() + "/shop:1", registry.host() + "/move:1");
            }
        }
    }

    @Test
    void anImageThatCannotBeHadStopsTheExportBeforeAnythingIsIssued() {
        hub.commitAndCheck("later", Map.of("shop/compose.yaml", "services: {web: {image: '127.0.0.1:1/shop:2'}}\n"));
        Map<String, Long> before = sequences();

        assertThat(prepare("north", true, false)).isInstanceOfSatisfying(Export.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(ExportReason.EXPORT_IMAGE_UNAVAILABLE);
            assertThat(refused.detail()).contains("registry 127.0.0.1:1: cannot be reached");
        });
        assertThat(sequences()).isEqualTo(before);
    }

    @Test
    void sinceTheReceiptsLeavesOutWhatRunsThere() throws IOException {
        BundleRef bundle = assignment(hub.assignments.newest(north.id()).orElseThrow())
                .entries()
                .getFirst()
                .bundle()
                .orElseThrow();
        try (BundleFile file = file(prepare("north", false, true))) {
            assertThat(file.size(bundle.digest()))
                    .as("nothing was reported yet")
                    .isPresent();
        }
        reported.put(north.id(), List.of(running(bundle)));
        try (BundleFile file = file(prepare("north", false, true))) {
            assertThat(file.size(bundle.digest())).isEmpty();
            assertThat(file.delivery().documents(Delivery.RELEASE)).hasSize(1);
        }
        try (BundleFile file = file(prepare("north", false, false))) {
            assertThat(file.size(bundle.digest()))
                    .as("everything, unless asked")
                    .isPresent();
        }
    }

    @Test
    void whatIsLeftOutForOneAgentIsThereForAnother() throws IOException {
        BundleRef first = bundle(north);
        hub.commitAndCheck(
                "a file more",
                Map.of(
                        "shop/compose.yaml",
                        "services: {web: {image: 'shop:1', configs: [motd]}}\nconfigs: {motd: {file: ./motd}}\n",
                        "shop/motd",
                        "hello"));
        BundleRef second = bundle(north);
        reported.put(north.id(), List.of(running(second)));
        hub.commitAndCheck(
                "another image",
                Map.of(
                        "shop/compose.yaml",
                        "services: {web: {image: 'shop:2', configs: [motd]}}\nconfigs: {motd: {file: ./motd}}\n"));
        BundleRef third = bundle(north);
        assertThat(Set.of(first, second, third)).hasSize(3);

        try (BundleFile file = file(prepare("north", false, true))) {
            assertThat(missing(file, third)).as("north has the file already").hasSize(1);
        }
        for (String order : List.of("north south", "south north")) {
            try (BundleFile file = file(prepareLean(List.of(order.split(" "))))) {
                assertThat(missing(file, third))
                        .as("south reported nothing, in a file for %s", order)
                        .isEmpty();
            }
        }
    }

    private Export prepareLean(List<String> agents) {
        return export.prepare(
                new ExportRequest(agents, Optional.empty(), QUARTER, false, true),
                (handle, record) -> recorded.add(record.name()));
    }

    private BundleRef bundle(AgentRecord agent) {
        return assignment(hub.assignments.newest(agent.id()).orElseThrow())
                .entries()
                .getFirst()
                .bundle()
                .orElseThrow();
    }

    private static List<Digest> missing(BundleFile file, BundleRef bundle) throws IOException {
        return Manifest.parse(file.read(bundle.digest(), Limits.MANIFEST_BYTES)).layers().stream()
                .map(Layer::digest)
                .filter(layer -> file.size(layer).isEmpty())
                .toList();
    }

    @Test
    void tellsEachAgentHowFarItsReceiptsAreHere() throws IOException {
        try (BundleFile file = file(prepare(List.of("north", "south"), ""))) {
            assertThat(file.delivery().documents(Delivery.ACKNOWLEDGEMENT))
                    .as("nothing came yet")
                    .isEmpty();
        }
        hub.intake.accept(north.id(), hub.sign(north, hub.receipt(north, new Receipt.Body.States(List.of()))));
        Receipt second = hub.receipt(north, new Receipt.Body.States(List.of()));
        hub.intake.accept(north.id(), hub.sign(north, second));

        try (BundleFile file = file(prepare(List.of("north", "south"), ""))) {
            List<Descriptor> documents =
                    file.delivery().documents(Delivery.ACKNOWLEDGEMENT).toList();
            assertThat(documents).as("of south there are none").hasSize(1);
            assertThat(documents.getFirst().annotation(Delivery.AGENT))
                    .contains(north.id().value());
            assertThat(documents.getFirst().annotation(Delivery.AGENT_NAME)).contains("north");
            byte[] envelope = file.read(documents.getFirst().digest(), Limits.ACKNOWLEDGEMENT_ENVELOPE_BYTES);
            assertThat(AcknowledgementVerifier.verify(
                            envelope,
                            new AcknowledgementContext(
                                    hub.keys.root(),
                                    hub.keys.trustDomain(),
                                    north.id(),
                                    Optional.empty(),
                                    new TreeMap<>(Map.of(2L, Digest.of(second.toStatement()))))))
                    .isInstanceOfSatisfying(AcknowledgementVerdict.Verified.class, verified -> {
                        assertThat(verified.acknowledgement().counter()).isEqualTo(2);
                        assertThat(verified.acknowledgement().issuedAt()).isEqualTo(hub.fleet.clock.instant());
                    });
        }
    }

    private static Assignment assignment(Offer offer) {
        byte[] payload = Envelope.parse(offer.envelope()).payload();
        return Assignment.parse(JsonReader.statement(payload, Limits.STATEMENT_BYTES));
    }

    private TargetState running(BundleRef bundle) {
        Entry entry = assignment(hub.assignments.newest(north.id()).orElseThrow())
                .entries()
                .getFirst();
        EntryState report = new EntryState(
                entry.stack(),
                entry.name(),
                entry.generation(),
                Optional.of(bundle.digest()),
                Outcome.APPLIED,
                Phase.COMMITTED,
                "",
                "",
                Optional.of(new Running(entry.generation(), bundle.digest())),
                true,
                true,
                false,
                List.of(),
                new TreeMap<>(),
                hub.fleet.clock.instant());
        return new TargetState(
                north.id(),
                entry.stack(),
                entry.name(),
                new TargetState.Wanted(
                        TargetState.Place.PRESENT,
                        entry.generation(),
                        Optional.of(bundle.digest()),
                        1,
                        hub.fleet.clock.instant(),
                        false,
                        false,
                        List.of()),
                Optional.of(report),
                hub.fleet.clock.instant());
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
