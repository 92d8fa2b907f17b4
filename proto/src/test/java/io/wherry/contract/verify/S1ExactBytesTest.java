package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Assignment;
import io.wherry.contract.Dsse;
import io.wherry.contract.EcdsaP256;
import io.wherry.contract.Receipt;
import io.wherry.contract.TestKey;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** S1: the exact bytes are signed, and the call site expects the predicate type. */
class S1ExactBytesTest {
    private static final String TYPE = "http://example.com/HelloWorld";
    private static final byte[] HELLO = "hello world".getBytes(UTF_8);

    @Test
    void encodesTheVectorOfTheDsseSpecification() {
        assertThat(Dsse.pae(TYPE, HELLO))
                .asString(UTF_8)
                .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    @Test
    void countsBytesNotCharacters() {
        assertThat(Dsse.pae("é", "☃".getBytes(UTF_8))).asString(UTF_8).isEqualTo("DSSEv1 2 é 3 ☃");
    }

    /** The specification gives key and signature; its signature is the bare r and s, ours is their DER. */
    @Test
    void verifiesTheSignatureOfTheDsseSpecification() throws Exception {
        ECPoint point = new ECPoint(
                new BigInteger("46950820868899156662930047687818585632848591499744589407958293238635476079160"),
                new BigInteger("5640078356564379163099075877009565129882514886557779369047442380624545832820"));
        PublicKey key = KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, ((ECPublicKey) HUB.publicKey()).getParams()));
        byte[] bare = Base64.getDecoder()
                .decode("A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==");
        byte[] der = TestKey.der(
                new BigInteger(1, Arrays.copyOf(bare, 32)), new BigInteger(1, Arrays.copyOfRange(bare, 32, 64)));

        assertThat(EcdsaP256.verifies(key, Dsse.pae(TYPE, HELLO), der)).isTrue();
        assertThat(EcdsaP256.verifies(key, HELLO, der)).isFalse();
        assertThat(EcdsaP256.verifies(key, Dsse.pae(TYPE, HELLO), bare)).isFalse();
    }

    /** Every bit of a small envelope: refused, or what was verified is the same. Whatever is thrown fails the test. */
    @Test
    @Tag("long")
    void everySingleBitFlipIsRefusedOrLeavesTheVerifiedPayloadIdentical() {
        Assignment assignment = assignment(7, Optional.of(SIXTH_DIGEST));
        byte[] good = sign(assignment.toStatement(), HUB);
        AdoptionContext idle = new AdoptionContext(
                ROOT_1, DOMAIN, AGENT_ID, context().agentKeyHash(), FLOOR, CLOCK, Set.of(), AGENT_VERSION);
        int accepted = 0;
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] flipped = good.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            if (AdoptionVerifier.adopt(flipped, idle) instanceof Adoption.Adopted adopted) {
                accepted++;
                assertThat(adopted.assignment()).as("bit %d", bit).isEqualTo(assignment);
                assertThat(adopted.digest())
                        .as("bit %d", bit)
                        .isEqualTo(io.wherry.contract.Digest.of(assignment.toStatement()));
            }
        }
        // Bits of the key id (a hint) and of the name "keyid" alone may be flipped; no more than these 64 + 5
        // characters.
        assertThat(accepted).isPositive().isLessThan((64 + 5) * 8);
    }

    @Test
    @Tag("long")
    void aBitFlippedInAnyByteOfAReceiptIsRefusedOrLeavesItIdentical() {
        Receipt dropped = receipt(9, new Receipt.Body.Dropped(7, 8));
        byte[] good = sign(dropped.toStatement(), AGENT);
        for (int at = 0; at < good.length; at++) {
            byte[] flipped = good.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            if (ReceiptVerifier.verify(flipped, AGENT.publicKey(), AGENT_ID, DOMAIN)
                    instanceof ReceiptVerdict.Verified verified) {
                assertThat(verified.receipt()).as("byte %d", at).isEqualTo(dropped);
            }
        }
    }

    /** One root in which one key has every role: then nothing but the predicate type tells the documents apart. */
    @Test
    void aDocumentOfAnotherTypeIsRefusedEvenIfItsKeyHasTheRole() {
        var everything = io.wherry.contract.Role.of(HUB.keyId());
        var root = new io.wherry.contract.TrustRoot(
                1,
                1,
                JANUARY,
                ROOT_1.keys(),
                new io.wherry.contract.Roles(
                        everything, everything, everything, new java.util.TreeMap<>(java.util.Map.of("*", everything))),
                ROOT_1.caPins(),
                "0.1.0",
                "0.1.0");
        var adoption = new AdoptionContext(
                root, DOMAIN, AGENT_ID, context().agentKeyHash(), FLOOR, CLOCK, Set.of(), AGENT_VERSION);

        for (byte[] other : java.util.List.of(
                CONTENT.toStatement(), CHECKPOINT.toStatement(), STATES.toStatement(), ROOT_1.toStatement())) {
            assertThat(AdoptionVerifier.adopt(sign(other, HUB), adoption))
                    .isInstanceOfSatisfying(Adoption.Refused.class, refused -> assertThat(refused.reason())
                            .isEqualTo(VerifyReason.PREDICATE_TYPE_WRONG));
            if (!Arrays.equals(other, CHECKPOINT.toStatement())) {
                assertThat(CheckpointVerifier.verify(sign(other, HUB), root, DOMAIN))
                        .isInstanceOfSatisfying(CheckpointVerdict.Refused.class, refused -> assertThat(refused.reason())
                                .isEqualTo(VerifyReason.PREDICATE_TYPE_WRONG));
            }
        }
    }
}
