package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static io.wherry.contract.verify.VerifyReason.*;

import io.wherry.contract.Digest;
import io.wherry.contract.Dsse;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.TestKey;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What an agent of environment production must say to each release, where {@code trust-root/2-good-two-of-three-approvers.json} asks for two of
 * three approvers. The entry names this very release and its bundle, so that what the hub alone can sign is never what is wrong.
 */
class GoldenApprovedReleaseTest {
    private static final byte[] GOOD = CONTENT.toStatement();
    private static final List<Envelope.Signature> APPROVED =
            Envelope.sign(GOOD, APPROVER, APPROVER_2).signatures();

    @TestFactory
    Stream<DynamicTest> releases() {
        Golden golden = new Golden("approved-release")
                .good("good", sign(GOOD, APPROVER, APPROVER_3))
                .good("good-signed-by-all-three", sign(GOOD, APPROVER_3, APPROVER_2, APPROVER))
                .good("good-with-the-hub-beside", sign(GOOD, RELEASE, APPROVER, HUB, APPROVER_2))
                .good("good-tombstone", sign(TOMBSTONE.toStatement(), APPROVER, APPROVER_2))
                .bad("signed-by-the-hub-alone", SIGNATURE_INVALID, sign(GOOD, RELEASE))
                .bad("signed-by-every-key-of-the-hub", SIGNATURE_INVALID, sign(GOOD, RELEASE, HUB, ROOT, LOG))
                .bad("tombstone-signed-by-the-hub-alone", SIGNATURE_INVALID, sign(TOMBSTONE.toStatement(), RELEASE))
                .bad("one-of-two", SIGNATURE_INVALID, sign(GOOD, APPROVER))
                .bad("one-of-two-and-the-hub", SIGNATURE_INVALID, sign(GOOD, APPROVER, RELEASE))
                .bad("one-of-two-and-a-stranger", SIGNATURE_INVALID, sign(GOOD, APPROVER, STRANGER))
                .bad("one-key-twice", SIGNATURE_INVALID, sign(GOOD, APPROVER, APPROVER))
                .bad("one-key-under-two-key-ids", SIGNATURE_INVALID, underTwoKeyIds())
                .bad("one-key-malleated", SIGNATURE_INVALID, malleated());
        approvedSomethingElse(golden);
        return golden.tests(GoldenApprovedReleaseTest::verdict);
    }

    /** The approvers' good signatures, put under what they did not sign; and what they did sign, used for something else. */
    private static void approvedSomethingElse(Golden golden) {
        golden.bad("raised-counter", SIGNATURE_INVALID, approvedAs(Flaw.at(GOOD, "predicate.counter", 8)))
                .bad(
                        "raised-permissions",
                        SIGNATURE_INVALID,
                        approvedAs(Flaw.at(GOOD, "predicate.permissions.delete.0", "volume/data")))
                .bad(
                        "raised-environments",
                        SIGNATURE_INVALID,
                        approvedAs(Flaw.at(GOOD, "predicate.environments", Json.Arr.ofStrings(List.of("lab", "*")))))
                .bad(
                        "raised-variables",
                        SIGNATURE_INVALID,
                        approvedAs(Flaw.at(GOOD, "predicate.siteVariables.0.pattern", ".*")))
                .bad("other-content", SIGNATURE_INVALID, approvedAs(otherBundle()))
                .bad("old-release", COUNTER_TOO_OLD, approved(Flaw.at(GOOD, "predicate.counter", 6)))
                .bad(
                        "other-environment",
                        ENVIRONMENT_WRONG,
                        approved(Flaw.at(GOOD, "predicate.environments", Json.Arr.ofStrings(List.of("lab")))))
                .bad(
                        "other-stack",
                        OTHER_RELEASE,
                        approved(Flaw.at(
                                Flaw.at(GOOD, "predicate.stack", SENSORS.value()),
                                "subject.0.name",
                                "stack/" + SENSORS)))
                .bad(
                        "other-trust-domain",
                        TRUST_DOMAIN_WRONG,
                        approved(Flaw.at(
                                GOOD, "predicate.trustDomain", digest("other").toString())));
    }

    private static byte[] otherBundle() {
        byte[] named = Flaw.at(GOOD, "predicate.bundle.digest", digest("other").toString());
        return Flaw.at(named, "subject.0.digest.sha256", digest("other").hex());
    }

    private static byte[] approved(byte[] statement) {
        return sign(statement, APPROVER, APPROVER_2);
    }

    private static byte[] approvedAs(byte[] statement) {
        List<Envelope.Signature> signatures = new ArrayList<>(APPROVED);
        signatures.addAll(Envelope.sign(statement, RELEASE).signatures());
        return withSignatures(statement, signatures);
    }

    private static byte[] underTwoKeyIds() {
        byte[] sig = APPROVED.getFirst().sig();
        return withSignatures(
                GOOD,
                List.of(
                        new Envelope.Signature(APPROVER.keyId(), sig),
                        new Envelope.Signature(APPROVER_2.keyId(), sig),
                        new Envelope.Signature("", APPROVER.sign(Dsse.pae(Dsse.PAYLOAD_TYPE, GOOD)))));
    }

    private static byte[] malleated() {
        byte[] sig = APPROVED.getFirst().sig();
        return withSignatures(
                GOOD,
                List.of(
                        new Envelope.Signature(APPROVER.keyId(), sig),
                        new Envelope.Signature("", TestKey.malleated(sig))));
    }

    private static String verdict(byte[] bytes) {
        StageContext context = new StageContext(ROOT_TWO_OF_THREE, DOMAIN, "production", FLOOR, CLOCK);
        return switch (ReleaseVerifier.stage(bytes, entry(bytes), context)) {
            case Stage.Staged _ -> Golden.GOOD;
            case Stage.Refused refused -> refused.reason().code();
        };
    }

    private static Entry entry(byte[] bytes) {
        Digest named = Envelope.parse(bytes).digest();
        return named.equals(OLD_ENTRY.release())
                ? OLD_ENTRY
                : new Entry(
                        SHOP,
                        SHOP_ENTRY.name(),
                        SHOP_ENTRY.generation(),
                        SHOP_ENTRY.state(),
                        named,
                        Optional.of(BUNDLE),
                        new TreeMap<>(SHOP_ENTRY.variables()),
                        List.of(),
                        Optional.empty(),
                        SHOP_ENTRY.options());
    }
}
