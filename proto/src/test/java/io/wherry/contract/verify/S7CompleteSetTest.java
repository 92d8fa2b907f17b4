package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Assignment;
import io.wherry.contract.Entry;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** S7: nothing vanishes by omission. */
class S7CompleteSetTest {
    private static Adoption adopt(Entry... entries) {
        Assignment assignment = assignment(7, Optional.of(SIXTH_DIGEST), entries);
        return AdoptionVerifier.adopt(sign(assignment.toStatement(), HUB), context());
    }

    private static void isIncomplete(Adoption adoption, String stack) {
        assertThat(adoption).isInstanceOfSatisfying(Adoption.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(VerifyReason.INCOMPLETE_SET);
            assertThat(refused.detail()).contains(stack);
        });
    }

    @Test
    void anEmptyListRemovesNothing() {
        isIncomplete(adopt(), SHOP.value());
    }

    @Test
    void aRunningStackThatIsNotListedRefusesTheWhole() {
        isIncomplete(adopt(SHOP_ENTRY), OLD.value());
        isIncomplete(adopt(OLD_ENTRY), SHOP.value());
    }

    @Test
    void aStackMarkedAbsentIsListed() {
        assertThat(adopt(SHOP_ENTRY, OLD_ENTRY)).isInstanceOf(Adoption.Adopted.class);
    }

    @Test
    void absentNeedsATombstoneOfTheReleaseRole() {
        byte[] byHub = sign(TOMBSTONE.toStatement(), HUB);

        assertThat(ReleaseVerifier.stage(byHub, OLD_ENTRY, stageContext()))
                .isInstanceOfSatisfying(Stage.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(VerifyReason.SIGNATURE_INVALID));
        assertThat(ReleaseVerifier.stage(sign(TOMBSTONE.toStatement(), RELEASE), OLD_ENTRY, stageContext()))
                .isInstanceOf(Stage.Staged.class);
    }

    @Test
    void anAgentThatRunsNothingTakesAnEmptyList() {
        AdoptionContext idle = new AdoptionContext(
                ROOT_1, DOMAIN, AGENT_ID, context().agentKeyHash(), FLOOR, CLOCK, Set.of(), AGENT_VERSION);
        Assignment empty = assignment(7, Optional.of(SIXTH_DIGEST));

        assertThat(AdoptionVerifier.adopt(sign(empty.toStatement(), HUB), idle)).isInstanceOf(Adoption.Adopted.class);
    }
}
