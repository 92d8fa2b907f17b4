package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static io.wherry.contract.verify.VerifyReason.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.json.Json;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Files that begin with 1 are judged as the first root of the trust domain; the others by an agent that holds version 1. */
class GoldenTrustRootTest {
    private static final byte[] FIRST = ROOT_1.toStatement();
    private static final byte[] SECOND = ROOT_2.toStatement();

    @TestFactory
    Stream<DynamicTest> roots() {
        Golden golden = new Golden("trust-root")
                .good("1-good", signed(FIRST))
                .bad("1-of-another-trust-domain", ROOT_CHAIN_BROKEN, signed(Flaw.at(FIRST, "predicate.epoch", 2)))
                .bad("1-not-signed-by-itself", SIGNATURE_INVALID, sign(FIRST, STRANGER))
                .good("2-good", signed(SECOND))
                .bad("2-not-signed-by-the-old-root", SIGNATURE_INVALID, sign(withRootKey(), STRANGER))
                .bad("2-not-signed-by-itself", SIGNATURE_INVALID, sign(withRootKey(), ROOT))
                .bad("2-skips-a-version", ROOT_CHAIN_BROKEN, signed(Flaw.at(SECOND, "predicate.version", 3)))
                .bad("2-another-version-1", EQUIVOCATION, signed(Flaw.at(SECOND, "predicate.version", 1)))
                .bad("2-epoch-zero", STATEMENT_INVALID, signed(Flaw.at(SECOND, "predicate.epoch", 0)))
                .bad("2-predicate-type-of-a-release", PREDICATE_TYPE_WRONG, signed(CONTENT.toStatement()))
                .good("2-good-two-of-three-approvers", signed(ROOT_TWO_OF_THREE.toStatement()))
                .good("2-root-threshold-two", sign(thresholdTwo(), ROOT, APPROVER))
                .bad("2-root-threshold-two-signed-by-one", SIGNATURE_INVALID, sign(thresholdTwo(), ROOT))
                .bad("2-root-threshold-two-signed-by-one-twice", SIGNATURE_INVALID, sign(thresholdTwo(), ROOT, ROOT))
                .bad(
                        "2-threshold-above-the-keys",
                        STATEMENT_INVALID,
                        signed(Flaw.at(SECOND, "predicate.roles.hub.threshold", 3)))
                .bad("2-threshold-zero", STATEMENT_INVALID, signed(Flaw.at(SECOND, "predicate.roles.hub.threshold", 0)))
                .bad(
                        "2-role-key-twice",
                        STATEMENT_INVALID,
                        signed(Flaw.at(
                                SECOND,
                                "predicate.roles.hub.keyIds",
                                Json.Arr.ofStrings(List.of(HUB.keyId(), HUB.keyId())))))
                .bad(
                        "2-role-of-an-unknown-key",
                        STATEMENT_INVALID,
                        signed(Flaw.at(SECOND, "predicate.roles.hub.keyIds.0", STRANGER.keyId())))
                .bad(
                        "2-key-id-not-of-the-key",
                        STATEMENT_INVALID,
                        signed(Flaw.at(SECOND, "predicate.keys.0.keyId", STRANGER.keyId())))
                .bad("2-key-of-another-curve", STATEMENT_INVALID, signed(withHubKey(P384, "ecdsa-p256-sha256")))
                .good("2-good-key-of-an-unknown-algorithm", signed(withHubKey(P384, "ecdsa-p384-sha384")))
                .bad(
                        "2-without-ca-pin",
                        STATEMENT_INVALID,
                        signed(Flaw.at(SECOND, "predicate.caPins", new Json.Arr(List.of()))));
        return golden.tests(GoldenTrustRootTest::verdict);
    }

    private static byte[] signed(byte[] statement) {
        return sign(statement, ROOT);
    }

    /** A second root whose root role is the approver's key. */
    private static byte[] withRootKey() {
        return Flaw.at(SECOND, "predicate.roles.root.keyIds.0", APPROVER.keyId());
    }

    private static byte[] thresholdTwo() {
        return Flaw.at(
                SECOND,
                "predicate.roles.root",
                Json.object()
                        .put("keyIds", List.of(ROOT.keyId(), APPROVER.keyId()))
                        .put("threshold", 2)
                        .build());
    }

    /** A public key of P-384, made once for these files. */
    private static final byte[] P384 = Base64.getDecoder()
            .decode(
                    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEpJ/fojUit8LZ9261hGb/vlDHgFOzsDQJwCwt0/xfurCqgyOQuBMHMmiYn2GN4Bc97LBs5hrdTh2azQC/xgDpmpmLK5CluCiAW+9OKDfrkxIU3numlmeLZaH5ejbkbFBF");

    private static byte[] withHubKey(byte[] spki, String algorithm) {
        String keyId = Digest.of(spki).hex();
        byte[] keyed = Flaw.at(SECOND, "predicate.keys.5.keyId", keyId);
        keyed = Flaw.at(keyed, "predicate.keys.5.spki", Base64.getEncoder().encodeToString(spki));
        keyed = Flaw.at(keyed, "predicate.keys.5.algorithm", algorithm);
        keyed = Flaw.at(keyed, "predicate.roles.hub.keyIds.1", keyId);
        keyed = Flaw.at(keyed, "subject.5.name", "key/" + keyId);
        return Flaw.at(keyed, "subject.5.digest.sha256", keyId);
    }

    private static String verdict(byte[] envelope) {
        byte[] payload = Envelope.parse(envelope).payload();
        boolean first = Arrays.equals(payload, FIRST) || new String(payload, UTF_8).contains("\"epoch\":2,");
        Optional<TrustRoot> known = first ? Optional.empty() : Optional.of(ROOT_1);
        return switch (RootChain.extend(known, DOMAIN, List.of(envelope))) {
            case Roots.Trusted _ -> Golden.GOOD;
            case Roots.Refused refused -> refused.reason().code();
        };
    }
}
