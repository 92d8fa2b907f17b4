package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.TestKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** S6: two documents in one place are seen; two envelopes around one document are none of it. */
class S6EquivocationTest {
    private static final Assignment OTHER_SIXTH = assignment(6, Optional.empty(), SHOP_ENTRY, OLD_ENTRY);

    private static Adoption adopt(byte[] envelope) {
        return AdoptionVerifier.adopt(envelope, context());
    }

    private static void isEquivocation(Adoption adoption) {
        assertThat(adoption).isInstanceOfSatisfying(Adoption.Refused.class, refused -> assertThat(refused.reason())
                .isEqualTo(VerifyReason.EQUIVOCATION));
    }

    @Test
    void theSamePlaceWithAnotherPayloadIsSeen() {
        isEquivocation(adopt(sign(OTHER_SIXTH.toStatement(), HUB)));
    }

    @Test
    void theNextOneMustFollowTheOneAdopted() {
        isEquivocation(adopt(sign(
                assignment(7, Optional.of(Digest.of(OTHER_SIXTH.toStatement())), SHOP_ENTRY, OLD_ENTRY)
                        .toStatement(),
                HUB)));
        isEquivocation(adopt(
                sign(assignment(7, Optional.empty(), SHOP_ENTRY, OLD_ENTRY).toStatement(), HUB)));
    }

    @Test
    void acrossAGapThePreviousOneIsNotCompared() {
        assertThat(adopt(sign(
                        assignment(8, Optional.of(digest("seventh of somebody")), SHOP_ENTRY, OLD_ENTRY)
                                .toStatement(),
                        HUB)))
                .isInstanceOf(Adoption.Adopted.class);
    }

    @Test
    void anotherSignatureOfTheSamePayloadIsNoEquivocation() {
        byte[] payload = SIXTH.toStatement();
        Envelope.Signature good = Envelope.sign(payload, HUB).signatures().getFirst();

        assertThat(adopt(sign(payload, HUB))).isInstanceOf(Adoption.Unchanged.class);
        assertThat(adopt(withSignatures(
                        payload, List.of(new Envelope.Signature(HUB.keyId(), TestKey.malleated(good.sig()))))))
                .isInstanceOf(Adoption.Unchanged.class);
        assertThat(adopt(withSignatures(payload, List.of(new Envelope.Signature("junk", new byte[] {7}), good))))
                .isInstanceOf(Adoption.Unchanged.class);
    }

    @Test
    void anotherPayloadWithJunkForASignatureIsNoEquivocation() {
        byte[] payload = OTHER_SIXTH.toStatement();

        assertThat(adopt(withSignatures(payload, List.of(new Envelope.Signature(HUB.keyId(), new byte[70])))))
                .isInstanceOfSatisfying(Adoption.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(VerifyReason.SIGNATURE_INVALID));
        assertThat(adopt(sign(payload, STRANGER)))
                .isInstanceOfSatisfying(Adoption.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(VerifyReason.SIGNATURE_INVALID));
    }
}
