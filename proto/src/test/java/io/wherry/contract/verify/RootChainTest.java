package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Role;
import io.wherry.contract.TestKey;
import io.wherry.contract.TrustRoot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RootChainTest {
    private static final byte[] FIRST = sign(ROOT_1.toStatement(), ROOT);
    private static final byte[] SECOND = sign(ROOT_2.toStatement(), ROOT);

    private static Roots extend(Optional<TrustRoot> known, byte[]... envelopes) {
        return RootChain.extend(known, DOMAIN, List.of(envelopes));
    }

    @Test
    void leadsFromThePinToTheNewest() {
        assertThat(extend(Optional.empty(), FIRST, SECOND)).isEqualTo(new Roots.Trusted(ROOT_2, DOMAIN));
    }

    @Test
    void passesOverWhatIsKnown() {
        assertThat(extend(Optional.of(ROOT_2), FIRST, SECOND)).isEqualTo(new Roots.Trusted(ROOT_2, DOMAIN));
        assertThat(extend(Optional.of(ROOT_1), FIRST, SECOND)).isEqualTo(new Roots.Trusted(ROOT_2, DOMAIN));
        assertThat(extend(Optional.of(ROOT_2))).isEqualTo(new Roots.Trusted(ROOT_2, DOMAIN));
    }

    @Test
    void neverFallsBackToAnEarlierRoot() {
        assertThat(extend(Optional.of(ROOT_2), FIRST)).isEqualTo(new Roots.Trusted(ROOT_2, DOMAIN));
    }

    @Test
    void needsTheFirstRootOfThePinnedTrustDomain() {
        assertThat(extend(Optional.empty())).isInstanceOf(Roots.Refused.class);
        assertThat(extend(Optional.empty(), SECOND)).isInstanceOf(Roots.Refused.class);
        assertThat(RootChain.extend(Optional.empty(), digest("another"), List.of(FIRST)))
                .isInstanceOf(Roots.Refused.class);
    }

    @Test
    void theEpochNeverFalls() {
        TrustRoot third = root(3, 1, Role.of(HUB.keyId()), KEYS);

        assertThat(extend(Optional.of(ROOT_2), sign(third.toStatement(), ROOT)))
                .isInstanceOfSatisfying(Roots.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(VerifyReason.ROOT_CHAIN_BROKEN));
    }

    /** Each step changes the root key: signed by the old and by the new one. */
    @Test
    void followsAHundredRotationsOfTheRootKey() {
        List<byte[]> chain = new ArrayList<>();
        TestKey before = ROOT;
        for (int version = 2; version <= 101; version++) {
            TestKey next = TestKey.named("root " + version);
            chain.add(sign(rotated(version, next).toStatement(), before, next));
            before = next;
        }

        Roots half = RootChain.extend(Optional.of(ROOT_1), DOMAIN, chain.subList(0, 50));
        TrustRoot fiftyFirst = ((Roots.Trusted) half).newest();
        assertThat(RootChain.extend(Optional.of(fiftyFirst), DOMAIN, chain.subList(50, 100)))
                .isEqualTo(new Roots.Trusted(rotated(101, before), DOMAIN));
        assertThat(RootChain.extend(Optional.of(ROOT_1), DOMAIN, chain.subList(1, 2)))
                .isInstanceOf(Roots.Refused.class);
    }

    private static TrustRoot rotated(int version, TestKey rootKey) {
        var keys = new ArrayList<>(KEYS);
        keys.set(0, rootKey);
        TrustRoot root = root(1, 1, Role.of(HUB.keyId()), KEYS);
        var roles = root.roles();
        return new TrustRoot(
                version,
                1,
                JANUARY,
                keys.stream()
                        .map(key -> io.wherry.contract.TrustedKey.of(key.publicKey()))
                        .toList(),
                new io.wherry.contract.Roles(Role.of(rootKey.keyId()), roles.hub(), roles.log(), roles.release()),
                root.caPins(),
                "0.1.0",
                "0.1.0");
    }
}
