package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.Outcome;
import io.wherry.contract.SourceRef;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.registry.TestArtifacts;
import io.wherry.hub.registry.TestRegistry;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stack whose files are artifacts of a registry: from a tag that moves to the release, the history and the audit log. */
class ArtifactStackTest {
    private static final String WEB = "services: {web: {image: 'shop:1'}}\n";

    @TempDir
    Path folder;

    private final TestRegistry registry = TestRegistry.start();
    private final TestArtifacts artifacts = new TestArtifacts(registry, "deploy/shop");
    private SyncFixture hub;
    private AgentRecord north;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        north = hub.join("north", Map.of("app", "yes"));
        source("ref: {tag: stable}");
        hub.stack("shop", "shop", "");
    }

    @AfterEach
    void stop() {
        hub.close();
        registry.close();
    }

    private void source(String more) {
        hub.apply("""
            apiVersion: wherry.io/v1alpha1
            kind: Source
            metadata: {name: main}
            spec: {type: oci, url: '%s', %s}
            """.formatted(artifacts.url(), more));
        hub.sync.fleetChanged();
    }

    private Digest push(String tag, String compose) {
        Digest digest =
                artifacts.flux(tag, Map.of("shop/compose.yaml", compose, "other/notes", String.valueOf(++notes)));
        hub.check();
        return digest;
    }

    private int notes;

    private List<Json.Obj> audited(Digest artifact) {
        AuditQuery ofIt = AuditQuery.ofCommit(artifact.toString().substring(0, 20));
        return hub.fleet.audit.newest(ofIt, Long.MAX_VALUE, 10).stream()
                .map(record -> JsonReader.object(record.leaf()))
                .toList();
    }

    private String problem() {
        return hub.status
                .stack(StackId.parse(hub.stored("shop").uid()), "shop")
                .state()
                .problem();
    }

    @Test
    void aTagThatMovesIsDeployedAndTheDigestIsItsRevisionEverywhere() {
        Digest first = push("stable", WEB);
        assertThat(hub.release(hub.entry(north, "shop")).source())
                .contains(new SourceRef("main", artifacts.url(), "tag stable", first.toString(), "shop"));
        hub.report(north, "shop", Outcome.APPLIED);
        Digest second = push("stable", WEB.replace("shop:1", "shop:2"));
        hub.report(north, "shop", Outcome.APPLIED);

        List<HistoryEntry> history = hub.operations.history("shop").orElseThrow();
        assertThat(history).extracting(HistoryEntry::commit).containsExactly(second.toString(), first.toString());
        assertThat(history.getFirst().subject())
                .isEqualTo("says it is main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872 of"
                        + " https://git.example.org/team/shop.git");
        List<Json.Obj> audited = audited(second);
        assertThat(audited)
                .extracting(leaf -> leaf.string("action"))
                .containsExactly("stack.outcome", "stack.offer", "source.fetch");
        assertThat(audited).allMatch(leaf -> leaf.object("sync").string("ref").equals("tag stable"));
    }

    @Test
    void anArtifactThatDiffersElsewhereMovesNothing() {
        push("stable", WEB);
        long generation = hub.entry(north, "shop").generation();

        push("stable", WEB); // other/notes is another one

        assertThat(hub.entry(north, "shop").generation()).isEqualTo(generation);
        assertThat(hub.operations.history("shop").orElseThrow()).hasSize(1);
    }

    @Test
    void aStackNamesItsOwnTagAndAnEarlierArtifactByItsDigest() {
        Digest old = push("stable", WEB);
        push("next", WEB.replace("shop:1", "shop:2"));
        hub.stack("shop", "shop", "ref: {tag: next}");
        hub.sync.fleetChanged();
        hub.check();
        assertThat(hub.release(hub.entry(north, "shop")).source().orElseThrow().ref())
                .isEqualTo("tag next");

        hub.stack("shop", "shop", "ref: {digest: '" + old + "'}");
        hub.sync.fleetChanged();
        hub.check();
        assertThat(hub.release(hub.entry(north, "shop")).source().orElseThrow().commit())
                .isEqualTo(old.toString());

        hub.stack("shop", "shop", "ref: {branch: main}");
        hub.sync.fleetChanged();
        hub.check();
        assertThat(problem()).isEqualTo("BranchNotFound");
        assertThat(hub.release(hub.entry(north, "shop")).source().orElseThrow().commit())
                .isEqualTo(old.toString());
    }

    @Test
    void whatMustBeSignedIsDeployedOnceItIsAndTheAuditLogNamesTheKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair key = generator.generateKeyPair();
        source("ref: {tag: stable}, verify: {cosign: {publicKeys: [\"-----BEGIN PUBLIC KEY-----\\n"
                + Base64.getEncoder().encodeToString(key.getPublic().getEncoded())
                + "\\n-----END PUBLIC KEY-----\\n\"]}}");
        Digest digest = push("stable", WEB);
        assertThat(problem()).isEqualTo("ArtifactUnsigned");

        artifacts.sign(digest, key);
        hub.check();

        assertThat(problem()).isEmpty();
        assertThat(hub.release(hub.entry(north, "shop")).source().orElseThrow().commit())
                .isEqualTo(digest.toString());
        assertThat(audited(digest))
                .extracting(leaf -> leaf.object("sync").string("signature"))
                .containsOnly("cosign " + Digest.of(key.getPublic().getEncoded()));
    }

    @Test
    void whatIsRefusedLeavesWhatRunsAndRaisesAnAlarm() {
        Digest good = push("stable", WEB);
        artifacts.files("stable", Map.of("../compose.yaml", WEB));
        hub.check();

        assertThat(problem()).isEqualTo("ArtifactRefused");
        assertThat(hub.release(hub.entry(north, "shop")).source().orElseThrow().commit())
                .isEqualTo(good.toString());
        assertThat(hub.events.newest("Source", "main", io.wherry.hub.status.Event.Severity.ALARM, 10))
                .anyMatch(event -> event.reason().equals("ArtifactRefused"));
    }
}
