package io.wherry.hub.agentapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import io.wherry.contract.v1.Adopted;
import io.wherry.contract.v1.ExportRequest;
import io.wherry.contract.v1.ExportWish;
import io.wherry.contract.v1.Facts;
import io.wherry.contract.v1.PollReply;
import io.wherry.contract.v1.PollRequest;
import io.wherry.contract.v1.Progress;
import io.wherry.contract.v1.Refusal;
import io.wherry.contract.v1.ReportRequest;
import io.wherry.hub.agentapi.Delegates.Roots;
import io.wherry.hub.audit.CheckpointFeed;
import io.wherry.hub.fleet.Exports.Outcome;
import io.wherry.hub.fleet.LastSeen;
import io.wherry.hub.fleet.Review.Position;
import io.wherry.hub.fleet.TestFleet;
import io.wherry.hub.rollout.Offer;
import io.wherry.hub.status.Contact;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PollTest {
    private static final ByteString FACTS = ByteString.copyFrom(new byte[32]);

    @TempDir
    Path folder;

    private TestPort hub;
    private TestAgent agent;

    @BeforeEach
    void open() {
        hub = new TestPort(folder);
        agent = hub.join("till");
        agent.poll(idle().setFacts(facts("0.1.0"))); // what every agent does at its first poll
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void offersTheNewestAssignmentToAnAgentThatIsBehindAndNothingToOneThatIsNot() {
        Offer offer = offer(2);
        hub.offer(agent.id(), offer);

        assertThat(agent.poll(idle()).getAssignment().toByteArray()).isEqualTo(offer.envelope());
        assertThat(agent.poll(idle().setAdopted(adopted(1))).getAssignment().isEmpty())
                .isFalse();
        assertThat(agent.poll(idle().setAdopted(adopted(2))).getAssignment().isEmpty())
                .isTrue();
        assertThat(agent.poll(idle().setAdopted(adopted(3))).getAssignment().isEmpty())
                .isTrue();
    }

    @Test
    void neverOffersAgainWhatTheAgentRefused() {
        Offer offer = offer(2);
        hub.offer(agent.id(), offer);
        var refused = Refusal.newBuilder()
                .setDigest(ByteString.copyFrom(offer.digest().raw()))
                .setReason("AgentTooOld");

        assertThat(agent.poll(idle().setRefused(refused)).getAssignment().isEmpty())
                .isTrue();
        hub.offer(agent.id(), offer(3));
        assertThat(agent.poll(idle().setRefused(refused)).getAssignment().isEmpty())
                .isFalse();
    }

    @Test
    void anAgentUnderReviewIsNotedBeforeItHearsOfTheTrustRootAndAskedForAllThatItRuns() throws Exception {
        hub.underReview.add(agent.id());
        hub.roots = new Roots(2, List.of());

        PollReply reply = agent.hold(idle().setAdopted(adopted(7))).get(30, SECONDS);

        assertThat(reply.getWantFullReport()).isTrue();
        assertThat(reply.getRootVersion()).isEqualTo(2);
        assertThat(hub.heard).containsEntry(agent.id(), new Position(1, 7, 1));
        hub.underReview.clear();
        assertThat(agent.poll(idle().setRootVersion(2)).getWantFullReport()).isFalse();
    }

    @Test
    void oneAgentsAssignmentIsNeverOfferedToAnother() {
        TestAgent other = hub.join("other");
        other.poll(idle().setFacts(facts("0.1.0")));
        hub.offer(agent.id(), offer(1));

        assertThat(other.poll(idle()).getAssignment().isEmpty()).isTrue();
    }

    @Test
    void aHeldPollIsAnsweredAtOnceWhenSomethingChanges() throws Exception {
        CompletableFuture<PollReply> held = agent.hold(idle());
        Await.until(() -> hub.lastSeen.presence(agent.id()).isPresent() && hub.port.held() == 1);
        assertThat(held).isNotDone();

        hub.offer(agent.id(), offer(1));

        // Long before the hold ends, which would answer it too.
        assertThat(held.get(30, SECONDS).getAssignment().isEmpty()).isFalse();
        assertThat(hub.port.held()).isZero();
    }

    @Test
    void aQuestionOfAnOperatorEndsTheHoldAndItsAnswerComesToWhoWaits() throws Exception {
        CompletableFuture<PollReply> held = agent.hold(idle());
        Await.until(() -> hub.port.held() == 1);
        CompletableFuture<Outcome> asked = CompletableFuture.supplyAsync(() ->
                hub.exports.ask(agent.id(), "shop", "{\"name\":\"shop\"}".getBytes(UTF_8), Duration.ofSeconds(20)));

        ExportWish wish = held.get(5, SECONDS).getWantExport();
        assertThat(wish.getProject()).isEqualTo("shop");
        assertThat(wish.getCompare().toStringUtf8()).isEqualTo("{\"name\":\"shop\"}");
        agent.calls()
                .export(ExportRequest.newBuilder()
                        .setId(wish.getId())
                        .setContent(ByteString.copyFromUtf8("{\"notes\":[]}"))
                        .build());

        assertThat(asked.get(5, SECONDS)).isInstanceOfSatisfying(Outcome.Answered.class, answer -> assertThat(
                        new String(answer.content(), UTF_8))
                .isEqualTo("{\"notes\":[]}"));
        assertThat(agent.poll(idle()).hasWantExport()).isFalse();
    }

    @Test
    void anAnswerThatIsLargerThanTheLimitIsRefused() {
        ExportRequest.Builder request = ExportRequest.newBuilder().setId(ByteString.copyFrom(new byte[16]));

        var large = catchThrowableOfType(StatusRuntimeException.class, () -> agent.calls()
                .export(request.setContent(ByteString.copyFrom(new byte[Limits.EXPORT_BYTES + 1]))
                        .build()));
        var empty = catchThrowableOfType(StatusRuntimeException.class, () -> agent.calls()
                .export(request.clearContent().build()));

        assertThat(TestAgent.reason(large)).isEqualTo("BadRequest");
        assertThat(TestAgent.reason(empty)).isEqualTo("BadRequest");
    }

    @Test
    void aPollIsNotHeldWhenThereIsSomethingToSayAlready() throws Exception {
        hub.offer(agent.id(), offer(1));
        assertThat(agent.hold(idle()).get(30, SECONDS).getAssignment().isEmpty())
                .isFalse();
        hub.roots = new Roots(2, List.of());
        assertThat(agent.hold(idle().setAdopted(adopted(1))).get(30, SECONDS).getRootVersion())
                .isEqualTo(2);
    }

    @Test
    void aSecondHeldPollOfOneAgentAnswersTheFirst() throws Exception {
        CompletableFuture<PollReply> first = agent.hold(idle());
        Await.until(() -> hub.port.held() == 1);
        CompletableFuture<PollReply> second = agent.hold(idle());

        assertThat(first.get(30, SECONDS).getAssignment().isEmpty()).isTrue();
        assertThat(second).isNotDone();
        assertThat(hub.port.held()).isEqualTo(1);
    }

    @Test
    void aHeldPollWhoseAgentIsGoneIsForgotten() {
        Future<PollReply> held = agent.hold(idle());
        Await.until(() -> hub.port.held() == 1);

        agent.close();

        Await.until(() -> hub.port.held() == 0);
        assertThat(held).isNotNull();
    }

    /** S15: from the next call on, and what is held ends at once. */
    @Test
    void aRetiredAgentIsRefusedFromItsNextCallOnAndItsHeldPollEnds() {
        CompletableFuture<PollReply> held = agent.hold(idle());
        Await.until(() -> hub.port.held() == 1);

        hub.fleet.decisions.retire("till", TestFleet.ACTOR);

        var ended = catchThrowableOfType(ExecutionException.class, () -> held.get(30, SECONDS));
        assertThat(ended).hasCauseInstanceOf(StatusRuntimeException.class).hasMessageContaining("retired");
        var refused = catchThrowableOfType(StatusRuntimeException.class, () -> agent.poll(idle()));
        assertThat(TestAgent.reason(refused)).isEqualTo("AgentRetired");
    }

    @Test
    void twoProcessesWithOneStateFolderAreBothRefused() {
        ByteString copy = ByteString.copyFromUtf8("another instance");
        agent.poll(idle().setIncarnation(3));
        CompletableFuture<PollReply> held = agent.hold(idle().setIncarnation(3));
        Await.until(() -> hub.port.held() == 1);

        assertThat(refusal(idle().setIncarnation(3).setInstance(copy))).startsWith("AgentCopied");

        var ended = catchThrowableOfType(ExecutionException.class, () -> held.get(30, SECONDS));
        assertThat(ended).hasMessageContaining("two processes poll");
        assertThat(refusal(idle().setIncarnation(3))).startsWith("AgentCopied");
        assertThat(hub.copied).containsExactly(agent.id());
        var unsent = catchThrowableOfType(StatusRuntimeException.class, () -> agent.calls()
                .report(ReportRequest.newBuilder()
                        .addReceipts(ByteString.copyFromUtf8("{}"))
                        .build()));
        assertThat(TestAgent.reason(unsent)).isEqualTo("AgentCopied");
        assertThat(hub.receipts).isEmpty();
    }

    @Test
    void aNewerCheckpointComesWithItsProofAndAnswersNoHeldPollBeforeItsTime() {
        byte[] checkpoint = {7};
        List<Digest> proof = List.of(Digest.of(new byte[] {1}), Digest.of(new byte[] {2}));
        hub.log = size -> size < 9 ? Optional.of(new CheckpointFeed.Shown(checkpoint, proof)) : Optional.empty();

        PollReply shown = agent.poll(idle().setLogSize(4));
        assertThat(shown.getCheckpoint().toByteArray()).isEqualTo(checkpoint);
        assertThat(shown.getConsistencyList())
                .extracting(ByteString::toByteArray)
                .containsExactly(proof.get(0).raw(), proof.get(1).raw());
        assertThat(agent.poll(idle().setLogSize(9)).getCheckpoint().isEmpty()).isTrue();
        CompletableFuture<PollReply> held = agent.hold(idle().setLogSize(4));
        Await.until(() -> hub.port.held() == 1);
        assertThat(held).isNotDone();
    }

    @Test
    void anExpiredCertificateIsRefusedByName() {
        hub.fleet.clock.advance(Duration.ofDays(7));

        var refused = catchThrowableOfType(StatusRuntimeException.class, () -> agent.poll(idle()));

        assertThat(TestAgent.reason(refused)).isEqualTo("CertificateExpired");
    }

    @Test
    void anIdlePollNeitherWritesNorGrowsTheDatabaseAndHundredsOfThemDoNotEither() {
        hub.lastSeen.runOnce();
        long before = hub.fleet.changes();

        for (int i = 0; i < 200; i++) {
            agent.poll(idle());
        }

        assertThat(hub.fleet.changes()).isEqualTo(before);
        hub.lastSeen.runOnce();
        assertThat(hub.fleet.changes()).as("one batch, one row").isEqualTo(before + 1);
    }

    @Test
    void anIdlePollIsTinyBothWays() {
        PollRequest request = idle().setAdopted(adopted(5))
                .setReportedState(FACTS)
                .setLogSize(1_000_000)
                .setHoldMaxMs(240_000)
                .setMode("held")
                .build();
        hub.offer(agent.id(), offer(5));

        PollReply reply = agent.calls().poll(request.toBuilder().setHoldMaxMs(0).build());

        assertThat(reply.getAssignment().isEmpty()).isTrue();
        assertThat(request.getSerializedSize() + reply.getSerializedSize()).isLessThanOrEqualTo(300);
    }

    @Test
    void asksForFactsOnceAndNotesThemOnlyWhenTheyChanged() {
        ByteString other = ByteString.copyFrom(Digest.of(new byte[] {1}).raw());
        assertThat(agent.poll(idle().setReportedFacts(other)).getWantFacts()).isTrue();
        long before = hub.fleet.changes();

        agent.poll(idle().setReportedFacts(other).setFacts(facts("0.2.0")));
        agent.poll(idle().setReportedFacts(other).setFacts(facts("0.2.0")));

        assertThat(hub.fleet.changes()).isEqualTo(before + 1);
        assertThat(agent.poll(idle().setReportedFacts(other)).getWantFacts()).isFalse();
        assertThat(hub.fleet.agents.find(agent.id()).orElseThrow().facts().agentVersion())
                .isEqualTo("0.2.0");
    }

    @Test
    void factsThatComeWithoutADigestAreKnownByThatOfTheMessageWithoutClockAndDisk() {
        Facts told = facts("0.3.0")
                .setClockMs(1_700_000_000_000L)
                .setDiskFreeBytes(5)
                .build();
        Facts named = facts("0.3.0").build();
        ByteString digest = ByteString.copyFrom(Digest.of(named.toByteArray()).raw());

        agent.poll(TestAgent.request().setFacts(told));

        assertThat(agent.poll(TestAgent.request().setReportedFacts(digest)).getWantFacts())
                .isFalse();
    }

    @Test
    void handsProgressOnAndRemembersHowTheAgentRuns() {
        agent.poll(idle().setMode("timer")
                .setIncarnation(7)
                .addProgress(
                        Progress.newBuilder().setStack("s").setGeneration(3).setPhase("Fetching")));

        assertThat(hub.progress).hasSize(1);
        assertThat(hub.progress.getFirst().phase()).isEqualTo("Fetching");
        LastSeen.Presence presence = hub.lastSeen.presence(agent.id()).orElseThrow();
        assertThat(presence.mode()).isEqualTo("timer");
        assertThat(presence.incarnation()).isEqualTo(7);
    }

    @Test
    void thatAnAgentIsHeardAndHowItRunsOutlivesAHubThatIsKilled() {
        agent.poll(idle().setMode("timer"));

        Await.until(() -> afterAKill().connected()); // 20 hours later: a timer's next poll is not due yet

        agent.poll(idle().setMode("held"));
        Await.until(() -> !afterAKill().connected());
        assertThat(afterAKill().lastHeard()).isPresent();
    }

    private Contact afterAKill() {
        try (LastSeen next = LastSeen.start(hub.fleet.agents, hub.fleet.clock)) {
            return Contact.of(next, agent.id(), hub.fleet.clock.instant().plus(Duration.ofHours(20)));
        }
    }

    @Test
    void refusesRequestsThatBreakALimitOfTheProtocol() {
        assertThat(refusal(idle().setRootVersion(0))).contains("BadRequest root_version");
        assertThat(refusal(idle().setIncarnation(0))).contains("BadRequest incarnation");
        assertThat(refusal(idle().setInstance(ByteString.EMPTY))).contains("BadRequest instance");
        assertThat(refusal(idle().setHoldMaxMs(600_001))).contains("BadRequest hold_max_ms");
        assertThat(refusal(idle().setMode("sometimes"))).contains("BadRequest mode");
        assertThat(refusal(idle().setReportedFacts(ByteString.copyFromUtf8("x"))))
                .contains("BadRequest reported");
        assertThat(refusal(idle().setAdopted(Adopted.newBuilder().setEpoch(1).setSequence(1))))
                .contains("BadRequest adopted");
        assertThat(refusal(idle().setRefused(Refusal.newBuilder()))).contains("BadRequest refused");
        assertThat(refusal(idle().setFacts(facts("0.1.0").setRuntime("podman"))))
                .contains("BadRequest runtime");
    }

    private String refusal(PollRequest.Builder request) {
        var refused = catchThrowableOfType(StatusRuntimeException.class, () -> agent.poll(request));
        return TestAgent.reason(refused) + " " + refused.getStatus().getDescription();
    }

    private static PollRequest.Builder idle() {
        return TestAgent.request().setReportedFacts(FACTS);
    }

    private static Facts.Builder facts(String version) {
        return Facts.newBuilder().setRuntime("docker").setAgentVersion(version);
    }

    private static Offer offer(long sequence) {
        byte[] envelope = ("assignment " + sequence).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return new Offer(1, sequence, Digest.of(envelope), envelope);
    }

    private static Adopted adopted(long sequence) {
        return Adopted.newBuilder()
                .setEpoch(1)
                .setSequence(sequence)
                .setDigest(ByteString.copyFrom(offer(sequence).digest().raw()))
                .build();
    }
}
