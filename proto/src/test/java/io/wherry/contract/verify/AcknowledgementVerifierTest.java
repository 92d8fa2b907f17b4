package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Acknowledgement;
import io.wherry.contract.Digest;
import io.wherry.contract.TestKey;
import io.wherry.contract.TrustRoot;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What golden files cannot show: sites that know other things. */
class AcknowledgementVerifierTest {
    private static AcknowledgementContext context(
            TrustRoot root, Optional<Acknowledged> taken, Map<Long, Digest> written) {
        return new AcknowledgementContext(root, DOMAIN, AGENT_ID, taken, new TreeMap<>(written));
    }

    private static byte[] signed(long epoch, long counter, TestKey key) {
        return sign(
                new Acknowledgement(DOMAIN, AGENT_ID, epoch, counter, digest("receipt " + counter), CLOCK)
                        .toStatement(),
                key);
    }

    private static void refused(byte[] envelope, AcknowledgementContext context, VerifyReason reason, String words) {
        assertThat(AcknowledgementVerifier.verify(envelope, context))
                .isInstanceOfSatisfying(AcknowledgementVerdict.Refused.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(reason);
                    assertThat(refused.detail()).contains(words);
                });
    }

    @Test
    void aRestoredHubAnswersForLessInItsNewEpoch() {
        var taken = Optional.of(new Acknowledged(1, 9, digest("receipt 9")));
        var written = Map.of(9L, digest("receipt 9"), 10L, digest("receipt 10"));
        AcknowledgementContext restored = context(ROOT_2, taken, written);

        assertThat(AcknowledgementVerifier.verify(signed(ROOT_2.epoch(), 4, HUB_2), restored))
                .isInstanceOf(AcknowledgementVerdict.Verified.class);
        refused(signed(1, 10, HUB_2), restored, VerifyReason.EPOCH_WRONG, "the trust root's");
    }

    @Test
    void aRootOfAnEarlierEpochBringsNothing() {
        var taken = Optional.of(new Acknowledged(ROOT_2.epoch(), 9, digest("receipt 9")));

        refused(
                signed(1, 10, HUB),
                context(ROOT_1, taken, Map.of(10L, digest("receipt 10"))),
                VerifyReason.EPOCH_WRONG,
                "as taken before");
    }

    @Test
    void aSiteThatNeverWroteAReceiptForgetsNone() {
        refused(
                signed(1, 1, HUB),
                context(ROOT_1, Optional.empty(), Map.of()),
                VerifyReason.OTHER_RECEIPT,
                "at most 0");
    }

    @Test
    void whereTheReceiptIsGoneOnlyWhatLaterOnesSayCounts() {
        var tenOnly = Map.of(9L, digest("receipt 9"), 10L, digest("receipt 10"));
        assertThat(AcknowledgementVerifier.verify(signed(1, 8, HUB), context(ROOT_1, Optional.empty(), tenOnly)))
                .as("none before it is kept, so none can go wrongly")
                .isInstanceOf(AcknowledgementVerdict.Verified.class);
        refused(
                signed(1, 8, HUB),
                context(ROOT_1, Optional.empty(), Map.of(7L, digest("receipt 7"), 10L, digest("receipt 10"))),
                VerifyReason.OTHER_RECEIPT,
                "one that this site knows still");
    }

    @Test
    void whatIsRememberedIsInRange() {
        assertThatThrownBy(() -> new Acknowledged(0, 1, digest("x"))).hasMessageContaining("epoch 0");
        assertThatThrownBy(() -> new Acknowledged(1, 0, digest("x"))).hasMessageContaining("counter 0");
    }
}
