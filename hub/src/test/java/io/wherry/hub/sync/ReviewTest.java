package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Outcome;
import io.wherry.contract.Receipt;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.fleet.AgentDecision;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.Review.Position;
import io.wherry.hub.release.Releases;
import io.wherry.hub.status.AgentStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restored hub does with agents that may know more than its backup. */
class ReviewTest {
    private static final Who ADA = Who.user("ada", "192.0.2.1");
    private static final Digest LOST = Digest.of(new byte[] {42});

    @TempDir
    Path folder;

    private SyncFixture hub;
    private AgentRecord north;
    private Entry red;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.source();
        north = hub.join("north", Map.of("app", "yes"));
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("red", files("red"));
        hub.report(north, "shop", Outcome.APPLIED);
        red = hub.entry(north, "shop");
        hub.fleet.clock.advance(Duration.ofMinutes(1));
        hub.restored();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void nothingIsOfferedUntilItHasToldAllAndAPersonLetsItGo() {
        assertThat(hub.assignments.newest(north.id())).isEmpty();
        assertThat(status().reason()).isEqualTo("HeldForReview");
        assertThat(status().message()).contains("not told yet");
        refused("has not told yet what it runs");

        hub.reviews.heard(north.id(), new Position(1, 1, 1));
        hub.intake.accept(
                north.id(),
                hub.sign(
                        north, hub.receipt(north, new Receipt.Body.States(List.of(hub.runs("shop", 1, digest(red)))))));
        refused("has not told yet what it runs");

        hub.tellsAll(north, hub.runs("shop", 1, digest(red)));
        assertThat(status().next()).isEqualTo("wherry agent review north");
        hub.commitAndCheck("blue", files("blue"));
        hub.assignments.reissueDue();
        assertThat(hub.assignments.newest(north.id())).isEmpty();
    }

    @Test
    void whoSyncsIsToldWhomNothingGoesTo() {
        assertThat(hub.operations.sync("shop", false, SyncFixture.ADA))
                .isInstanceOfSatisfying(OperationResult.Done.class, done -> assertThat(done.message())
                        .isEqualTo("is in sync; nothing goes to those that are held until a person has looked at them:"
                                + " north (wherry agent review)"));
    }

    @Test
    void whatTheBackupKnowsIsNotAppliedAgain() {
        hub.tellsAll(north, hub.runs("shop", 1, digest(red)));
        letGo();

        assertThat(hub.assignment(north).epoch()).isEqualTo(hub.trust.epoch());
        assertThat(hub.assignment(north).sequence()).isEqualTo(1);
        assertThat(hub.entry(north, "shop")).isEqualTo(red);
        assertThat(status().reason()).isEqualTo("AllGood");
    }

    @Test
    void whatIsOlderThanWhatItRunsIsNeverOffered() {
        hub.tellsAll(north, hub.runs("shop", 2, LOST));
        letGo();

        nothingBut("ContentUnknown");
        hub.start(); // also not after a restart
        hub.sync.fleetChanged();
        nothingBut("ContentUnknown");
        assertThat(status().message()).contains("shop");

        hub.commitAndCheck("green", files("green"));
        Entry green = hub.entry(north, "shop");
        assertThat(green.generation()).isEqualTo(3);
        assertThat(hub.release(green).counter()).isGreaterThan(countersAbove());
        assertThat(status().reason()).isEqualTo("AllGood");
    }

    @Test
    void whatItRunsIsLeftAloneWhereTheSourceStillHasIt() {
        hub.commitAndCheck("blue", files("blue"));
        Digest blue = hub.fleet
                .database
                .read(handle -> io.wherry.hub.rollout.EntryRepository.find(handle, north.id(), red.stack()))
                .orElseThrow()
                .bundle()
                .orElseThrow()
                .digest();
        hub.tellsAll(north, hub.runs("shop", 5, blue));
        letGo();

        assertThat(hub.entry(north, "shop").generation()).isEqualTo(5);
        assertThat(digest(hub.entry(north, "shop"))).isEqualTo(blue);
        assertThat(hub.release(hub.entry(north, "shop")).counter()).isGreaterThan(countersAbove());
    }

    @Test
    void whatTheSourceBroughtSinceIsAboveWhatItRuns() {
        hub.commitAndCheck("green", files("green"));
        hub.tellsAll(north, hub.runs("shop", 2, LOST));
        letGo();

        assertThat(hub.entry(north, "shop").generation()).isEqualTo(3);
        assertThat(digest(hub.entry(north, "shop"))).isNotEqualTo(LOST).isNotEqualTo(digest(red));
    }

    @Test
    void aReturnToWhatTheBackupKnowsTakesANewRelease() {
        hub.tellsAll(north, hub.runs("shop", 3, digest(red))); // by way of generation 2, which is lost
        letGo();

        Entry entry = hub.entry(north, "shop");
        assertThat(entry.generation()).isEqualTo(3);
        assertThat(digest(entry)).isEqualTo(digest(red));
        assertThat(hub.release(entry).counter()).isGreaterThan(countersAbove());
    }

    @Test
    void whatWasTakenAwaySinceComesBackAtAPersonsWordOnly() {
        hub.tellsAll(north);
        letGo();
        nothingBut("ContentUnknown");

        hub.operations.retry("shop", SyncFixture.ADA);
        assertThat(hub.entry(north, "shop").generation()).isEqualTo(2);
        assertThat(digest(hub.entry(north, "shop"))).isEqualTo(digest(red));
        assertThat(hub.release(hub.entry(north, "shop")).counter()).isGreaterThan(countersAbove());
    }

    @Test
    void aPersonMayPutTheBackupsStateInPlaceOfWhatRuns() {
        hub.tellsAll(north, hub.runs("shop", 4, LOST));
        letGo();
        hub.operations.sync("shop", true, SyncFixture.ADA);
        nothingBut("ContentUnknown");

        hub.operations.retry("shop", SyncFixture.ADA);
        assertThat(hub.entry(north, "shop").generation()).isEqualTo(5);
        assertThat(digest(hub.entry(north, "shop"))).isEqualTo(digest(red));
    }

    @Test
    void anAgentThatFollowsALostTrustRootIsLedOnByTheNext() {
        assertThat(hub.trust.trustRoot().version()).isEqualTo(2);
        hub.reviews.heard(north.id(), new Position(1, 1, 3));
        hub.tellsAll(north, hub.runs("shop", 1, digest(red)));
        letGo();
        assertThat(hub.trust.trustRoot().version()).isEqualTo(4);
        assertThat(hub.trust.epochBegan()).isEqualTo(2);
    }

    @Test
    void whatAnAgentClaimsDoesNotUseUpTheChainOfRoots() {
        hub.reviews.heard(north.id(), new Position(1, 1, 60));
        hub.tellsAll(north, hub.runs("shop", 1, digest(red)));
        refused("trust root 60");
        assertThat(hub.trust.trustRoot().version()).isEqualTo(2);
    }

    @Test
    void anEpochThatIsNotBelowTheNewOneNeedsAnother() {
        hub.reviews.heard(north.id(), new Position(hub.trust.epoch(), 1, 1));
        hub.intake.accept(north.id(), hub.sign(north, hub.receipt(north, new Receipt.Body.States(List.of(), true))));
        refused("has not told yet"); // its receipt is of an older assignment than its poll
    }

    @Test
    void anAgentThatKnowsMoreThanTheHubIsHeldAndSaysWhatToDo() {
        hub.tellsAll(north, hub.runs("shop", 1, digest(red)));
        letGo();
        Position ahead = new Position(hub.trust.epoch(), 9, 2);
        Optional<Digest> adopted = Optional.of(LOST);
        assertThat(hub.reviews.concerns(north.id(), at(1), offered())).isFalse();
        assertThat(hub.reviews.concerns(north.id(), at(1), adopted))
                .as("another assignment")
                .isTrue();
        assertThat(hub.reviews.concerns(north.id(), new Position(1, 1, 3), offered()))
                .as("root")
                .isTrue();
        assertThat(hub.reviews.concerns(north.id(), ahead, adopted)).isTrue();

        assertThat(hub.reviews.heard(north.id(), ahead)).isFalse();
        nothingBut("HubBehind");
        assertThat(status().next()).contains("wherry-hub keys new-epoch");
        assertThat(hub.told()).contains("HubBehind");
        refused("new-epoch");
        hub.commitAndCheck("blue", files("blue"));
        hub.start();
        nothingBut("HubBehind");
        assertThat(hub.reviews.concerns(north.id(), ahead, adopted))
                .as("noted once")
                .isFalse();
    }

    @Test
    void anAgentOfWhichThereAreTwoIsOfferedNothingUntilAPersonHasStoppedOne() {
        assertThat(hub.reviews.copied(north.id()))
                .as("held since the restore, and that comes first")
                .isFalse();
        hub.tellsAll(north, hub.runs("shop", 1, digest(red)));
        letGo();

        assertThat(hub.reviews.copied(north.id())).isTrue();
        nothingBut("AgentCopied");
        assertThat(status().next()).contains("wherry agent review north");
        assertThat(hub.told()).contains("AgentCopied");
        hub.commitAndCheck("blue", files("blue"));
        hub.start();
        nothingBut("AgentCopied");
        assertThat(hub.reviews.isCopied(north.id())).isTrue();

        letGo();
        assertThat(hub.reviews.isCopied(north.id())).isFalse();
        hub.assignments.issueDue();
        assertThat(hub.assignments.newest(north.id())).isPresent();
        assertThat(hub.entry(north, "shop").generation()).as("it lost nothing").isEqualTo(2);
    }

    @Test
    void aPersonsWordLetsOneComeBackThatHasNotToldYetWhatItRuns() {
        assertThat(hub.fleet.agents.reviewed(north.id())).isEmpty();

        assertThat(hub.reviews.release("north", ADA)).isInstanceOf(AgentDecision.Conflict.class);

        assertThat(hub.fleet.agents.reviewed(north.id())).isPresent();
        nothingBut("HeldForReview");
    }

    @Test
    void anAgentThatWasAwayForTooLongIsHeldUntilAPersonHasLooked() {
        hub.tellsAll(north, hub.runs("shop", 1, digest(red)));
        letGo();

        hub.reviews.absent(north.id(), Instant.EPOCH);
        hub.reviews.absent(north.id(), Instant.EPOCH);
        nothingBut("AgentAbsent");
        assertThat(status().next()).contains("wherry agent review north").contains("wherry agent retire north");
        assertThat(hub.told()).containsOnlyOnce("AgentAbsent");
        hub.start();
        nothingBut("AgentAbsent");

        letGo();
        hub.assignments.issueDue();
        assertThat(hub.assignments.newest(north.id())).isPresent();
    }

    private Position at(long sequence) {
        return new Position(hub.trust.epoch(), sequence, 2);
    }

    private Optional<Digest> offered() {
        return hub.assignments.newest(north.id()).map(offer -> offer.digest());
    }

    private void nothingBut(String reason) {
        assertThat(hub.assignments.issueDue()).isZero();
        assertThat(hub.assignments.newest(north.id())).isEmpty();
        assertThat(status().reason()).isEqualTo(reason);
    }

    private void letGo() {
        assertThat(hub.reviews.release("north", ADA)).isInstanceOf(AgentDecision.Done.class);
    }

    private void refused(String words) {
        assertThat(hub.reviews.release("north", ADA))
                .isInstanceOfSatisfying(AgentDecision.Conflict.class, c -> assertThat(c.detail())
                        .contains(words));
    }

    private AgentStatus status() {
        return hub.status.agent(north.id()).orElseThrow();
    }

    private long countersAbove() {
        return hub.fleet.database.read(Releases::countersAbove);
    }

    private static Digest digest(Entry entry) {
        return entry.bundle().orElseThrow().digest();
    }

    private static Map<String, String> files(String colour) {
        return Map.of("shop/compose.yaml", "services: {web: {image: 'shop:" + colour + "'}}\n");
    }
}
