package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Dsse;
import io.wherry.contract.Envelope;
import io.wherry.contract.Role;
import io.wherry.contract.TestKey;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** S2: thresholds count distinct keys. */
class S2DistinctKeysTest {
    private static final byte[] PAYLOAD = SEVENTH.toStatement();
    private static final Role TWO = new Role(List.of(HUB.keyId(), RELEASE.keyId()), 2);
    private static final Envelope.Signature BY_HUB =
            Envelope.sign(PAYLOAD, HUB).signatures().getFirst();

    private static int count(Envelope.Signature... signatures) {
        return Signatures.distinctKeys(new Envelope(Dsse.PAYLOAD_TYPE, PAYLOAD, List.of(signatures)), ROOT_1, TWO);
    }

    private static Envelope.Signature hinted(String keyId, byte[] sig) {
        return new Envelope.Signature(keyId, sig);
    }

    @Test
    void twoKeysCountAsTwo() {
        Envelope both = Envelope.sign(PAYLOAD, HUB, RELEASE);

        assertThat(Signatures.distinctKeys(both, ROOT_1, TWO)).isEqualTo(2);
    }

    @Test
    void theSameSignatureManyTimesCountsOnce() {
        Envelope many = new Envelope(Dsse.PAYLOAD_TYPE, PAYLOAD, Collections.nCopies(16, BY_HUB));

        assertThat(Signatures.distinctKeys(many, ROOT_1, TWO)).isEqualTo(1);
    }

    @Test
    void twoDifferentSignaturesOfOneKeyCountOnce() {
        assertThat(count(BY_HUB, hinted(HUB.keyId(), TestKey.malleated(BY_HUB.sig()))))
                .isEqualTo(1);
        assertThat(count(BY_HUB, hinted("", TestKey.malleated(BY_HUB.sig())))).isEqualTo(1);
    }

    @Test
    void aSignatureUnderTheKeyIdOfAnotherRoleKeyDoesNotCountForIt() {
        assertThat(count(BY_HUB, hinted(RELEASE.keyId(), BY_HUB.sig()))).isEqualTo(1);
        assertThat(count(BY_HUB, hinted(RELEASE.keyId(), TestKey.malleated(BY_HUB.sig()))))
                .isEqualTo(1);
    }

    @Test
    void aKeyOfTheRootThatIsNotInTheRoleDoesNotCount() {
        byte[] byLog = LOG.sign(Dsse.pae(Dsse.PAYLOAD_TYPE, PAYLOAD));

        assertThat(count(BY_HUB, hinted(LOG.keyId(), byLog), hinted("", byLog), hinted(RELEASE.keyId(), byLog)))
                .isEqualTo(1);
    }

    @Test
    void theOrderOfSignaturesAndMissingHintsDoNotMatter() {
        byte[] byRelease = RELEASE.sign(Dsse.pae(Dsse.PAYLOAD_TYPE, PAYLOAD));

        assertThat(count(hinted("", byRelease), hinted("", BY_HUB.sig()))).isEqualTo(2);
        assertThat(count(hinted("unknown", BY_HUB.sig()), hinted("unknown", byRelease)))
                .isEqualTo(2);
    }
}
