package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import io.wherry.contract.TrustRoot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** S5: nothing older is ever accepted again. */
class S5NoRollbackTest {
    private static final int ISSUED = 100;

    private final List<byte[]> envelopes = new ArrayList<>();
    private Floor floor = new Floor(1, 0, Optional.empty(), JANUARY, java.util.Map.of());

    private AdoptionContext now() {
        return now(ROOT_1, CLOCK);
    }

    private AdoptionContext now(TrustRoot root, Instant clock) {
        return new AdoptionContext(
                root, DOMAIN, AGENT_ID, context().agentKeyHash(), floor, clock, Set.of(SHOP), AGENT_VERSION);
    }

    private void adoptAll() {
        Optional<Digest> previous = Optional.empty();
        for (int sequence = 1; sequence <= ISSUED; sequence++) {
            Assignment assignment = assignment(sequence, previous, SHOP_ENTRY);
            previous = Optional.of(Digest.of(assignment.toStatement()));
            byte[] envelope = sign(assignment.toStatement(), HUB);
            envelopes.add(envelope);
            assertThat(AdoptionVerifier.adopt(envelope, now()))
                    .isInstanceOfSatisfying(Adoption.Adopted.class, adopted -> floor = adopted.next());
        }
    }

    @Test
    void everyEarlierAssignmentIsRefusedWhenReplayed() {
        adoptAll();

        for (byte[] earlier : envelopes.subList(0, ISSUED - 1)) {
            assertThat(AdoptionVerifier.adopt(earlier, now()))
                    .isInstanceOfSatisfying(Adoption.Refused.class, refused -> assertThat(refused.reason())
                            .isEqualTo(VerifyReason.SEQUENCE_TOO_OLD));
        }
        assertThat(AdoptionVerifier.adopt(envelopes.getLast(), now())).isInstanceOf(Adoption.Unchanged.class);
    }

    @Test
    void aClockThatWentBackDoesNotBringThemBack() {
        adoptAll();

        for (byte[] earlier : envelopes.subList(0, ISSUED - 1)) {
            assertThat(AdoptionVerifier.adopt(earlier, now(ROOT_1, Instant.EPOCH)))
                    .isInstanceOf(Adoption.Refused.class);
        }
    }

    @Test
    void aNewEpochDoesNotBringThemBack() {
        adoptAll();

        for (byte[] earlier : envelopes) {
            assertThat(AdoptionVerifier.adopt(earlier, now(ROOT_2, CLOCK)))
                    .isInstanceOfSatisfying(Adoption.Refused.class, refused -> assertThat(refused.reason())
                            .isEqualTo(VerifyReason.EPOCH_WRONG));
        }
    }

    @Test
    void aTrustRootOfAnEarlierEpochThanTheFloorAdoptsNothing() {
        adoptAll();
        floor = new Floor(ROOT_2.epoch(), 1, Optional.of(digest("adopted under root 2")), JANUARY, java.util.Map.of());

        for (byte[] earlier : envelopes) {
            assertThat(AdoptionVerifier.adopt(earlier, now()))
                    .isInstanceOfSatisfying(Adoption.Refused.class, refused -> assertThat(refused.reason())
                            .isEqualTo(VerifyReason.EPOCH_WRONG));
        }
    }

    @Test
    void anEarlierReleaseIsRefusedUnderANewAssignmentAsWell() {
        Floor staged = FLOOR.staged(SHOP, 8);
        StageContext context = new StageContext(ROOT_1, DOMAIN, "lab", staged, CLOCK);

        assertThat(ReleaseVerifier.stage(sign(CONTENT.toStatement(), RELEASE), SHOP_ENTRY, context))
                .isInstanceOfSatisfying(Stage.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(VerifyReason.COUNTER_TOO_OLD));
    }
}
