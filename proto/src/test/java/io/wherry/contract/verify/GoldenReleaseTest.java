package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static io.wherry.contract.verify.VerifyReason.*;

import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.json.Json;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What an agent of environment lab must say to each release. The entry it is judged under is the one of its stack in
 * {@code assignment/good-with-every-field.json}, naming this very release (so that the digest is never what is wrong, but in
 * {@code other-release.json}).
 */
class GoldenReleaseTest {
    private static final byte[] GOOD = CONTENT.toStatement();

    @TestFactory
    Stream<DynamicTest> releases() {
        Golden golden = new Golden("release")
                .good("good", signed(GOOD))
                .good("good-tombstone", signed(TOMBSTONE.toStatement()))
                .bad("bundle-set", AGENT_TOO_OLD, signed(SET_RELEASE.toStatement()))
                .bad("envelope-payload-type", ENVELOPE_INVALID, Flaw.at(signed(GOOD), "payloadType", "text/plain"))
                .bad("other-release", OTHER_RELEASE, signed(Flaw.at(GOOD, "predicate.name", "another")))
                .bad("signature-by-the-hub-role", SIGNATURE_INVALID, sign(GOOD, HUB))
                .bad("signature-by-the-role-of-another-environment", SIGNATURE_INVALID, sign(GOOD, APPROVER))
                .bad("signature-by-a-stranger", SIGNATURE_INVALID, sign(GOOD, STRANGER))
                .bad("predicate-type-of-an-assignment", PREDICATE_TYPE_WRONG, signed(SEVENTH.toStatement()));
        fields(golden);
        judgement(golden);
        return golden.tests(GoldenReleaseTest::verdict);
    }

    private static byte[] signed(byte[] statement) {
        return sign(statement, RELEASE);
    }

    private static void fields(Golden golden) {
        golden.bad("kind-unknown", STATEMENT_INVALID, signed(Flaw.at(GOOD, "predicate.kind", "draft")))
                .bad("content-without-bundle", STATEMENT_INVALID, signed(Flaw.at(GOOD, "predicate.bundle", (Json)
                        null)))
                .bad("tombstone-with-bundle", STATEMENT_INVALID, signed(Flaw.at(GOOD, "predicate.kind", "tombstone")))
                .bad("counter-zero", STATEMENT_INVALID, signed(Flaw.at(GOOD, "predicate.counter", 0)))
                .bad(
                        "environments-empty",
                        STATEMENT_INVALID,
                        signed(Flaw.at(GOOD, "predicate.environments", new Json.Arr(List.of()))))
                .bad(
                        "subject-of-another-bundle",
                        STATEMENT_INVALID,
                        signed(Flaw.at(
                                GOOD, "subject.0.digest.sha256", digest("other").hex())))
                .bad(
                        "pattern-with-lookahead",
                        STATEMENT_INVALID,
                        signed(Flaw.at(GOOD, "predicate.siteVariables.0.pattern", "(?=a)a")))
                .bad(
                        "pattern-not-met-by-the-default",
                        STATEMENT_INVALID,
                        signed(Flaw.at(GOOD, "predicate.siteVariables.1.default", "loud")))
                .bad(
                        "site-variable-twice",
                        STATEMENT_INVALID,
                        signed(Flaw.at(GOOD, "predicate.siteVariables.1.name", "SITE_NAME")))
                .bad(
                        "permission-twice",
                        STATEMENT_INVALID,
                        signed(Flaw.at(GOOD, "predicate.permissions.delete.0", "volume/cache")))
                .bad("permissions-missing", STATEMENT_INVALID, signed(Flaw.at(GOOD, "predicate.permissions", (Json)
                        null)));
    }

    private static void judgement(Golden golden) {
        golden.bad(
                        "crit-unknown",
                        AGENT_TOO_OLD,
                        signed(Flaw.at(GOOD, "predicate.crit", Json.Arr.ofStrings(List.of("teleport.v1")))))
                .bad(
                        "other-trust-domain",
                        TRUST_DOMAIN_WRONG,
                        signed(Flaw.at(
                                GOOD, "predicate.trustDomain", digest("other").toString())))
                .bad(
                        "other-stack",
                        OTHER_RELEASE,
                        signed(Flaw.at(
                                Flaw.at(GOOD, "predicate.stack", SENSORS.value()),
                                "subject.0.name",
                                "stack/" + SENSORS)))
                .bad("tombstone-for-what-shall-run", OTHER_RELEASE, signed(tombstoneOfShop()))
                .bad("counter-below-the-floor", COUNTER_TOO_OLD, signed(Flaw.at(GOOD, "predicate.counter", 6)))
                .bad(
                        "other-environment",
                        ENVIRONMENT_WRONG,
                        signed(Flaw.at(GOOD, "predicate.environments", Json.Arr.ofStrings(List.of("production")))))
                .bad("not-after-is-past", EXPIRED, signed(Flaw.at(GOOD, "predicate.notAfter", "2026-02-02T08:00:00Z")))
                .bad(
                        "other-bundle",
                        OTHER_BUNDLE,
                        signed(Flaw.at(
                                Flaw.at(
                                        GOOD,
                                        "predicate.bundle.digest",
                                        digest("other").toString()),
                                "subject.0.digest.sha256",
                                digest("other").hex())))
                .bad("other-bundle-size", OTHER_BUNDLE, signed(Flaw.at(GOOD, "predicate.bundle.size", 99)))
                .bad(
                        "variable-outside-its-pattern",
                        VARIABLE_INVALID,
                        signed(Flaw.at(GOOD, "predicate.siteVariables.0.pattern", "[A-Z]+")))
                .bad(
                        "variable-not-declared",
                        VARIABLE_INVALID,
                        signed(Flaw.at(GOOD, "predicate.siteVariables", new Json.Arr(List.of()))))
                .bad(
                        "variable-without-value",
                        VARIABLE_INVALID,
                        signed(Flaw.at(GOOD, "predicate.siteVariables.1.default", (Json) null)));
    }

    private static byte[] tombstoneOfShop() {
        byte[] noBundle = Flaw.at(Flaw.at(GOOD, "predicate.kind", "tombstone"), "predicate.bundle", (Json) null);
        return Flaw.at(noBundle, "subject.0.digest.sha256", DOMAIN.hex());
    }

    private static String verdict(byte[] bytes) {
        return switch (ReleaseVerifier.stage(bytes, entry(bytes), stageContext())) {
            case Stage.Staged _ -> Golden.GOOD;
            case Stage.Refused refused -> refused.reason().code();
        };
    }

    private static Entry entry(byte[] bytes) {
        Digest named = Envelope.parse(bytes).digest();
        if (named.equals(OLD_ENTRY.release())) {
            return OLD_ENTRY;
        }
        if (named.equals(SENSORS_ENTRY.release())) {
            return SENSORS_ENTRY;
        }
        boolean other = new String(Envelope.parse(bytes).payload(), java.nio.charset.StandardCharsets.UTF_8)
                .contains("\"name\":\"another\"");
        return other ? SHOP_ENTRY : named(named);
    }

    private static Entry named(Digest release) {
        return new Entry(
                SHOP_ENTRY.stack(),
                SHOP_ENTRY.name(),
                SHOP_ENTRY.generation(),
                SHOP_ENTRY.state(),
                release,
                SHOP_ENTRY.bundle(),
                SHOP_ENTRY.variables(),
                SHOP_ENTRY.sealedSecrets(),
                SHOP_ENTRY.proof(),
                SHOP_ENTRY.options());
    }
}
