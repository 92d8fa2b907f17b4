package io.wherry.agent.bundlefile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.reconcile.TestHubKeys;
import io.wherry.agent.reconcile.TestSite;
import io.wherry.agent.report.Outbox;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import io.wherry.contract.Receipt;
import io.wherry.contract.file.Delivery;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file says of a site's receipts: believed if the hub signed it for this very site and these very receipts, and never a reason to refuse the file. */
class FileReceiptsTest {
    @TempDir
    Path folder;

    private TestSite site;
    private AgentId own;
    private long sequence;

    @BeforeEach
    void join() {
        site = new TestSite(folder.resolve("state"));
        own = site.state.membership().agentId();
        for (int i = 0; i < 4; i++) {
            site.outbox.add(new Receipt.Body.States(List.of()));
        }
    }

    @AfterEach
    void leave() {
        site.close();
    }

    private Digest receipt(long counter) {
        return Optional.ofNullable(site.outbox.written().get(counter)).orElseThrow();
    }

    private byte[] acknowledgement(long counter, Digest receipt) {
        return site.hub.acknowledgement(own, counter, receipt, site.now, site.hub.hub);
    }

    private Path file(byte[]... acknowledgements) throws IOException {
        sequence++;
        TestFiles files = new TestFiles(site.hub);
        files.assignment(
                own.value(),
                site.hub.assignment(site.state, sequence, site.state.floor().digest(), site.now));
        for (byte[] acknowledgement : acknowledgements) {
            files.document(Delivery.ACKNOWLEDGEMENT, acknowledgement, Map.of(Delivery.AGENT, own.value()));
        }
        return files.write(folder.resolve(sequence + ".wherry"));
    }

    private static FileAcknowledgement of(FileVerdict verdict) {
        assertThat(verdict).isInstanceOf(FileVerdict.Accepted.class);
        return ((FileVerdict.Accepted) verdict).acknowledged();
    }

    private List<Long> kept() {
        return site.outbox.oldest(100).stream().map(Outbox.Letter::counter).toList();
    }

    private int exported(String name) {
        return ReceiptFiles.export(folder.resolve("state").resolve("outbox"), own, folder.resolve(name));
    }

    /** Both commands say so, the assignment is adopted, and no receipt goes. */
    private void refused(String reason, String words, byte[]... acknowledgements) throws IOException {
        List<Long> before = kept();
        Path file = file(acknowledgements);
        for (FileVerdict verdict :
                List.of(site.files().verify(file), site.files().apply(file))) {
            assertThat(of(verdict)).isInstanceOfSatisfying(FileAcknowledgement.Refused.class, refused -> {
                assertThat(refused.reason()).isEqualTo(reason);
                assertThat(refused.detail()).contains(words);
            });
        }
        assertThat(site.state.floor().sequence()).as("the rest counts").isEqualTo(sequence);
        assertThat(kept()).isEqualTo(before);
    }

    @Test
    void whatIsSafeAtTheHubLeavesTheOutboxForGoodAndIsNotExportedAgain() throws IOException {
        assertThat(exported("before.receipts")).isEqualTo(4);
        Path file = file(acknowledgement(3, receipt(3)));

        assertThat(of(site.files().verify(file))).isEqualTo(new FileAcknowledgement.Taken(3, site.now, 3));
        assertThat(kept()).as("only looked at").containsExactly(1L, 2L, 3L, 4L);

        assertThat(of(site.files().apply(file))).isEqualTo(new FileAcknowledgement.Taken(3, site.now, 3));
        assertThat(kept()).containsExactly(4L);
        assertThat(exported("after.receipts")).isEqualTo(1);

        site.restart();
        assertThat(kept()).containsExactly(4L);
        assertThat(of(site.files().apply(file))).as("again").isEqualTo(new FileAcknowledgement.Taken(3, site.now, 0));
        site.outbox.add(new Receipt.Body.States(List.of()));
        assertThat(kept()).containsExactly(4L, 5L);
    }

    @Test
    void aFileWithoutOneSaysNothing() throws IOException {
        assertThat(of(site.files().apply(file()))).isEqualTo(new FileAcknowledgement.None());
        assertThat(kept()).hasSize(4);
    }

    @Test
    void anOlderOneIsNamedAndHarmless() throws IOException {
        byte[] older = acknowledgement(2, receipt(2));
        byte[] other = acknowledgement(3, receipt(4));
        site.files().apply(file(acknowledgement(3, receipt(3))));

        refused("AcknowledgementTooOld", "expected: 3 or more", older);
        refused("Equivocation", "two hands", other);
    }

    @Test
    void oneForAnotherAgentOrOfAnotherHubOrByAnotherKeyIsNamedAndHarmless() throws IOException {
        AgentId other = AgentId.random(new SecureRandom());
        refused("OtherAgent", own.value(), site.hub.acknowledgement(other, 3, receipt(3), site.now, site.hub.hub));
        TestHubKeys stranger = new TestHubKeys();
        refused("SignatureInvalid", "", stranger.acknowledgement(own, 3, receipt(3), site.now, stranger.hub));
        refused("TrustDomainWrong", "", stranger.acknowledgement(own, 3, receipt(3), site.now, site.hub.hub));
        refused("SignatureInvalid", "", site.hub.acknowledgement(own, 3, receipt(3), site.now, site.hub.log));
        refused(
                "SignatureInvalid",
                "",
                site.hub.acknowledgement(
                        own, 3, receipt(3), site.now, site.state.keys().identity()));
    }

    @Test
    void oneOfReceiptsThatThisSiteDidNotWriteIsNamedAndHarmless() throws IOException {
        refused("OtherReceipt", "state folder copied?", acknowledgement(3, Digest.of(new byte[] {3})));
        refused("OtherReceipt", "at most 4", acknowledgement(5, Digest.of(new byte[] {5})));
    }

    @Test
    void whatIsDamagedOrAmbiguousIsNamedAndHarmless() throws IOException {
        byte[] good = acknowledgement(3, receipt(3));
        refused("EnvelopeInvalid", "", Arrays.copyOf(good, good.length / 2));
        refused("EnvelopeInvalid", "", new byte[0]);
        refused("EnvelopeInvalid", "", "\0rubbish".getBytes(UTF_8));
        String text = new String(good, UTF_8);
        refused(
                "SignatureInvalid",
                "",
                text.replace("\"payload\":\"ey", "\"payload\":\"fy").getBytes(UTF_8));
        refused("TooLarge", "at most", Arrays.copyOf(good, Limits.ACKNOWLEDGEMENT_ENVELOPE_BYTES + 1));
        refused("FileDamaged", "2 acknowledgements", good, acknowledgement(2, receipt(2)));
    }

    @Test
    void aDocumentOfAnotherKindInItsPlaceIsNamedAndHarmless() throws IOException {
        refused(
                "PredicateTypeWrong",
                "",
                site.hub.assignment(site.state, 99, site.state.floor().digest(), site.now));
    }

    @Test
    void ofAFileThatIsRefusedNothingIsTaken() throws IOException {
        Path file = file(acknowledgement(3, receipt(3)));
        site.now = site.now.plus(Duration.ofDays(31));

        assertThat(site.files().apply(file)).isInstanceOf(FileVerdict.Refused.class);
        assertThat(kept()).hasSize(4);
        assertThat(site.outbox.taken()).isEmpty();
    }

    @Test
    void oneForAnotherAgentBesideItIsLeftAlone() throws IOException {
        AgentId other = AgentId.random(new SecureRandom());
        sequence++;
        Path file = new TestFiles(site.hub)
                .assignment(
                        own.value(),
                        site.hub.assignment(site.state, 1, site.state.floor().digest(), site.now))
                .document(
                        Delivery.ACKNOWLEDGEMENT,
                        site.hub.acknowledgement(other, 9, Digest.of(new byte[] {9}), site.now, site.hub.hub),
                        Map.of(Delivery.AGENT, other.value()))
                .document(Delivery.ACKNOWLEDGEMENT, acknowledgement(1, receipt(1)), Map.of(Delivery.AGENT, own.value()))
                .write(folder.resolve("two.wherry"));

        assertThat(of(site.files().apply(file))).isEqualTo(new FileAcknowledgement.Taken(1, site.now, 1));
    }
}
