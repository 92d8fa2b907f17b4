package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.PublicKeyId;
import io.wherry.contract.TestKey;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** S4: what is for one agent is refused by every other. */
class S4TargetBindingTest {
    private static final byte[] FOR_A = sign(SEVENTH.toStatement(), HUB);

    private static AdoptionContext agent(AgentId id, Digest keyHash, Digest trustDomain) {
        Floor none = new Floor(1, 0, Optional.empty(), JANUARY, java.util.Map.of());
        return new AdoptionContext(ROOT_1, trustDomain, id, keyHash, none, CLOCK, Set.of(), AGENT_VERSION);
    }

    private static void isRefused(AdoptionContext context, VerifyReason reason) {
        assertThat(AdoptionVerifier.adopt(FOR_A, context)).isInstanceOfSatisfying(Adoption.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.digest()).contains(Digest.of(SEVENTH.toStatement()));
        });
    }

    @Test
    void isAdoptedByTheAgentItIsFor() {
        assertThat(AdoptionVerifier.adopt(FOR_A, agent(AGENT_ID, PublicKeyId.hash(AGENT.publicKey()), DOMAIN)))
                .isInstanceOf(Adoption.Adopted.class);
    }

    @Test
    void isRefusedByAnotherAgent() {
        isRefused(
                agent(OTHER_AGENT_ID, PublicKeyId.hash(TestKey.named("b").publicKey()), DOMAIN),
                VerifyReason.OTHER_AGENT);
    }

    @Test
    void isRefusedByAnAgentThatWasKeyedAnew() {
        isRefused(
                agent(AGENT_ID, PublicKeyId.hash(TestKey.named("new key").publicKey()), DOMAIN),
                VerifyReason.OTHER_AGENT_KEY);
    }

    @Test
    void isRefusedByAnAgentOfAnotherTrustDomain() {
        isRefused(
                agent(AGENT_ID, PublicKeyId.hash(AGENT.publicKey()), digest("elsewhere")),
                VerifyReason.TRUST_DOMAIN_WRONG);
    }
}
