package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Role;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdoptionVerifierTest {
    private static AdoptionContext with(TrustRoot root, Floor floor, Instant clock, Version version) {
        return new AdoptionContext(
                root, DOMAIN, AGENT_ID, context().agentKeyHash(), floor, clock, Set.of(SHOP), version);
    }

    private static VerifyReason refusal(Adoption adoption) {
        assertThat(adoption).isInstanceOf(Adoption.Refused.class);
        return ((Adoption.Refused) adoption).reason();
    }

    @Test
    void givesTheNextFloorToBeStored() {
        Adoption adoption = AdoptionVerifier.adopt(sign(SEVENTH.toStatement(), HUB), context());

        Digest digest = Digest.of(SEVENTH.toStatement());
        assertThat(adoption)
                .isEqualTo(new Adoption.Adopted(
                        SEVENTH, digest, new Floor(1, 7, Optional.of(digest), NOON, FLOOR.releaseCounters())));
    }

    @Test
    void onlySignedTimesRaiseTheFloor() {
        Instant future = Instant.parse("2026-02-20T00:00:00Z");
        Adoption adoption = AdoptionVerifier.adopt(sign(SEVENTH.toStatement(), HUB), context(FLOOR, future));

        assertThat(((Adoption.Adopted) adoption).next().time()).isEqualTo(NOON);
    }

    @Test
    void aClockOf1970IsCorrectedByTheFloor() {
        Floor late = new Floor(1, 6, Optional.of(SIXTH_DIGEST), SEVENTH.expiresAt(), java.util.Map.of());

        assertThat(refusal(AdoptionVerifier.adopt(sign(SEVENTH.toStatement(), HUB), context(late, Instant.EPOCH))))
                .isEqualTo(VerifyReason.EXPIRED);
        assertThat(AdoptionVerifier.adopt(sign(SEVENTH.toStatement(), HUB), context(FLOOR, Instant.EPOCH)))
                .isInstanceOf(Adoption.Adopted.class);
    }

    @Test
    void theOneAlreadyAdoptedIsUnchangedAlsoWhenItHasExpired() {
        assertThat(AdoptionVerifier.adopt(
                        sign(SIXTH.toStatement(), HUB),
                        context(FLOOR, SIXTH.expiresAt().plus(Duration.ofDays(1)))))
                .isInstanceOf(Adoption.Unchanged.class);
    }

    /** The hub's clock once showed 2100; a person repaired it and made a new epoch. */
    @Test
    void aNewEpochResetsSequenceAndTime() {
        Floor year2100 =
                new Floor(1, 99, Optional.of(digest("99")), Instant.parse("2100-01-01T00:00:00Z"), java.util.Map.of());
        Assignment first = new Assignment(
                DOMAIN,
                AGENT_ID,
                context().agentKeyHash(),
                ROOT_2.epoch(),
                1,
                Optional.empty(),
                NOON,
                NOON.plus(Duration.ofDays(30)),
                List.of(),
                List.of(SHOP_ENTRY),
                List.of(),
                List.of());

        Adoption adoption =
                AdoptionVerifier.adopt(sign(first.toStatement(), HUB_2), with(ROOT_2, year2100, CLOCK, AGENT_VERSION));

        assertThat(adoption).isInstanceOfSatisfying(Adoption.Adopted.class, adopted -> {
            assertThat(adopted.next().epoch()).isEqualTo(ROOT_2.epoch());
            assertThat(adopted.next().sequence()).isEqualTo(1);
            assertThat(adopted.next().time()).isEqualTo(NOON);
        });
    }

    @Test
    void aThresholdAsksForThatManyDistinctKeys() {
        TrustRoot two = root(1, 1, new Role(List.of(HUB.keyId(), APPROVER.keyId()), 2), KEYS);
        AdoptionContext context = with(two, FLOOR, CLOCK, AGENT_VERSION);

        assertThat(AdoptionVerifier.adopt(sign(SEVENTH.toStatement(), HUB, APPROVER), context))
                .isInstanceOf(Adoption.Adopted.class);
        assertThat(refusal(AdoptionVerifier.adopt(sign(SEVENTH.toStatement(), HUB), context)))
                .isEqualTo(VerifyReason.SIGNATURE_INVALID);
        assertThat(refusal(AdoptionVerifier.adopt(sign(SEVENTH.toStatement(), HUB, HUB), context)))
                .isEqualTo(VerifyReason.SIGNATURE_INVALID);
    }

    @Test
    void anAgentBelowTheMinimumVersionRefuses() {
        assertThat(refusal(AdoptionVerifier.adopt(
                        sign(SEVENTH.toStatement(), HUB), with(ROOT_1, FLOOR, CLOCK, Version.parse("0.0.9")))))
                .isEqualTo(VerifyReason.AGENT_TOO_OLD);
        assertThat(AdoptionVerifier.adopt(
                        sign(SEVENTH.toStatement(), HUB), with(ROOT_1, FLOOR, CLOCK, Version.parse("0.1.0-SNAPSHOT"))))
                .isInstanceOf(Adoption.Adopted.class);
    }

    @Test
    void namesWhatWasRefusedSoThatItIsNotOfferedAgain() {
        byte[] byStranger = sign(SEVENTH.toStatement(), STRANGER);

        assertThat(AdoptionVerifier.adopt(byStranger, context()))
                .isInstanceOfSatisfying(Adoption.Refused.class, refused -> assertThat(refused.digest())
                        .contains(Envelope.parse(byStranger).digest()));
    }
}
