package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Outcome;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.registry.RegistryTrust;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.registry.ImageResolver;
import io.wherry.hub.registry.RegistryClient;
import io.wherry.hub.registry.TestRegistry;
import io.wherry.hub.resource.Condition;
import io.wherry.hub.status.StackState;
import io.wherry.hub.status.StackStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code images.resolveDigests}: from a tag in a file to a digest at the site, with a registry that answers or does not. */
class ImageDigestsTest {
    private static final Map<String, String> APP = Map.of("app", "yes");

    @TempDir
    Path folder;

    private SyncFixture hub;
    private TestRegistry registry;
    private AgentRecord north;
    private Digest first;

    @BeforeEach
    void start() throws IOException {
        hub = new SyncFixture(folder);
        registry = TestRegistry.start();
        hub.registries =
                new ImageResolver(new RegistryClient(RegistryTrust.of(Optional.empty()), host -> Optional.empty()));
        hub.source();
        north = hub.join("north", APP);
        first = registry.image("web", "1", "linux/amd64");
        hub.stack("shop", "shop", "images: {resolveDigests: true}\n");
    }

    @AfterEach
    void stop() {
        registry.close();
        hub.close();
    }

    @Test
    void aTagGoesToTheSiteWithItsDigest() {
        commit("first", shop("1"));
        assertThat(hub.assignments.newest(north.id())).isEmpty();
        assertThat(state("shop").problem()).isEqualTo("ImageDigestPending");
        StackStatus waiting = hub.status.stack(StackId.parse(hub.stored("shop").uid()), "shop");
        assertThat(waiting.condition("Reconciling").status()).isEqualTo(Condition.Status.TRUE);
        assertThat(hub.told()).doesNotContain("ImageDigestPending");

        hub.sync.resolveDigests();

        assertThat(image()).isEqualTo(named("1") + "@" + first);
        assertThat(state("shop").problem()).isEmpty();
        assertThat(hub.entry(north, "shop").generation()).isEqualTo(1);
    }

    @Test
    void theSameFilesKeepTheirDigestWhateverTheTagMeansLater() {
        commit("first", shop("1"));
        hub.sync.resolveDigests();
        Entry before = hub.entry(north, "shop");
        registry.image("web", "1", "linux/arm64");
        int asked = registry.requests.size();

        commit("of another stack", Map.of("other/compose.yaml", "services: {}\n"));
        hub.sync.fleetChanged();
        hub.sync.resolveDigests();
        hub.start(); // a hub that was restarted
        hub.check();
        hub.sync.resolveDigests();

        assertThat(hub.entry(north, "shop")).isEqualTo(before);
        assertThat(registry.requests).hasSize(asked);
    }

    @Test
    void otherFilesAreAskedForAnew() {
        commit("first", shop("1"));
        hub.sync.resolveDigests();
        Digest second = registry.image("web", "1", "linux/arm64");

        commit("second", Map.of("shop/compose.yaml", services(named("1")) + "x-note: another file\n"));
        hub.sync.resolveDigests();

        assertThat(image()).isEqualTo(named("1") + "@" + second);
        assertThat(hub.entry(north, "shop").generation()).isEqualTo(2);
        assertThat(rows()).isEqualTo(1); // the first commit's pin is forgotten
    }

    @Test
    void aPersonMayAskAnewWhereNothingWaits() {
        commit("first", shop("1"));
        hub.sync.resolveDigests();
        assertThat(sync()).isEqualTo("is in sync");
        Digest second = registry.image("web", "1", "linux/arm64");

        assertThat(sync())
                .startsWith("offered to 1 of 1 target; image " + named("1"))
                .contains(first.toString(), second.toString());

        assertThat(image()).isEqualTo(named("1") + "@" + second);
        assertThat(hub.entry(north, "shop").generation()).isEqualTo(2);
        registry.failsWith = 503;
        assertThat(hub.operations.sync("shop", false, SyncFixture.ADA))
                .isInstanceOfSatisfying(OperationResult.Blocked.class, blocked -> {
                    assertThat(blocked.reason()).isEqualTo("ImageUnresolved");
                    assertThat(blocked.message()).contains(named("1"), "503", "what was offered stays");
                });
        assertThat(image()).isEqualTo(named("1") + "@" + second);
    }

    @Test
    void whatWaitsIsOfferedAsThePlanShowedIt() {
        hub.stack("shop", "shop", "images: {resolveDigests: true}\nsync: {mode: manual}\n");
        commit("first", shop("1"));
        hub.sync.resolveDigests();
        assertThat(hub.assignments.newest(north.id())).isEmpty();
        registry.image("web", "1", "linux/arm64");

        sync();

        assertThat(image()).isEqualTo(named("1") + "@" + first);
    }

    @Test
    void aRegistryThatDoesNotAnswerHoldsBackItsStackAloneAndIsAskedAgain() {
        commit("first", shop("1"));
        hub.sync.resolveDigests();
        hub.report(north, "shop", Outcome.APPLIED);
        Entry before = hub.entry(north, "shop");
        registry.failsWith = 429;
        hub.stack("plain", "plain", "");

        commit("second", Map.of("shop/compose.yaml", services(named("2")), "plain/compose.yaml", services("till:1")));
        hub.sync.resolveDigests();

        assertThat(hub.entry(north, "shop")).isEqualTo(before);
        assertThat(hub.entry(north, "plain").generation()).isEqualTo(1);
        assertThat(state("shop").problem()).isEqualTo("ImageUnresolved");
        assertThat(state("shop").problemDetail())
                .contains("image " + named("2"), "has had too many requests", "wait, or give the hub a credential");
        assertThat(hub.told()).contains("ImageUnresolved");

        registry.failsWith = 0;
        Digest second = registry.image("web", "2", "linux/amd64");
        int asked = registry.requests.size();
        hub.sync.resolveDigests();
        assertThat(registry.requests).hasSize(asked); // not before its pause is over
        hub.fleet.clock.advance(Duration.ofSeconds(31));
        hub.sync.resolveDigests();

        assertThat(image()).isEqualTo(named("2") + "@" + second);
        assertThat(state("shop").problem()).isEmpty();
    }

    @Test
    void everyWayInWhichARegistryFailsIsNamedWithImageRegistryAndCure() {
        registry.wants("Basic other");
        held("1", "answered 401", "wherry credential create NAME --type basic --host " + registry.host());
        registry.wants("-");
        held("none", "the registry does not have it", "push it, or correct its name");
        registry.failsWith = 500;
        held("3", "answered 500", "look at the registry's log");
        registry.failsWith = 0;
        String host = registry.host();
        registry.close();
        commit("away", Map.of("shop/compose.yaml", services(host + "/web:4")));
        hub.sync.resolveDigests();
        assertThat(state("shop").problemDetail()).contains(host + "/web:4", "registry " + host, "does it run");
        registry = TestRegistry.start();
    }

    private void held(String tag, String... words) {
        commit("tag " + tag, shop(tag));
        hub.sync.resolveDigests();
        assertThat(state("shop").problem()).isEqualTo("ImageUnresolved");
        assertThat(state("shop").problemDetail()).contains(named(tag)).contains(words);
        assertThat(hub.assignments.newest(north.id())).isEmpty();
    }

    @Test
    void aDigestInTheFileIsLeftAloneAndNobodyIsAsked() {
        commit("first", Map.of("shop/compose.yaml", services(named("9") + "@" + first)));

        assertThat(image()).isEqualTo(named("9") + "@" + first);
        assertThat(registry.requests).isEmpty();
    }

    @Test
    void withoutTheFieldATagStaysATag() {
        commit("first", shop("1"));
        hub.sync.resolveDigests();
        hub.stack("shop", "shop", "");
        hub.sync.fleetChanged();

        assertThat(image()).isEqualTo(named("1"));
        assertThat(rows()).isZero();
    }

    private void commit(String message, Map<String, String> files) {
        hub.commitAndCheck(message, files);
    }

    private Map<String, String> shop(String tag) {
        return Map.of("shop/compose.yaml", services(named(tag)));
    }

    private static String services(String image) {
        return "services: {web: {image: '" + image + "'}}\n";
    }

    private String named(String tag) {
        return registry.host() + "/web:" + tag;
    }

    private String sync() {
        return ((OperationResult.Done) hub.operations.sync("shop", false, SyncFixture.ADA)).message();
    }

    private String image() {
        Json.Obj model = StackPlanner.model(
                hub.bundles, hub.entry(north, "shop").bundle().orElseThrow().digest());
        return model.object("services").object("web").string("image");
    }

    private StackState state(String stack) {
        return hub.status.stack(StackId.parse(hub.stored(stack).uid()), stack).state();
    }

    private int rows() {
        return hub.fleet.database.read(handle -> handle.createQuery("SELECT count(*) FROM image_pin")
                .mapTo(Integer.class)
                .one());
    }
}
