package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static io.wherry.contract.verify.VerifyReason.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Envelope;
import io.wherry.contract.TestKey;
import io.wherry.contract.json.Json;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What an agent at floor (1, 6) with the stacks shop and old must say to each assignment. */
class GoldenAssignmentTest {
    private static final byte[] GOOD = SEVENTH.toStatement();
    private static final String SHOP_IN_JSON = "predicate.entries.0.";

    @TestFactory
    Stream<DynamicTest> assignments() {
        Golden golden = new Golden("assignment");
        good(golden);
        envelopes(golden);
        signatures(golden);
        json(golden);
        fields(golden);
        judgement(golden);
        return golden.tests(GoldenAssignmentTest::verdict);
    }

    private static String verdict(byte[] envelope) {
        return switch (AdoptionVerifier.adopt(envelope, context())) {
            case Adoption.Adopted _ -> Golden.GOOD;
            case Adoption.Unchanged _ -> "Unchanged";
            case Adoption.Refused refused -> refused.reason().code();
        };
    }

    private static byte[] hub(byte[] statement) {
        return sign(statement, HUB);
    }

    private static void good(Golden golden) {
        Envelope envelope = Envelope.sign(GOOD, HUB);
        Envelope.Signature signature = envelope.signatures().getFirst();
        golden.good("good", envelope.toJson())
                .good(
                        "good-across-a-gap",
                        hub(assignment(9, Optional.of(digest("eighth")), SHOP_ENTRY, OLD_ENTRY)
                                .toStatement()))
                .good(
                        "good-with-every-field",
                        hub(assignment(7, Optional.of(SIXTH_DIGEST), SHOP_ENTRY, OLD_ENTRY, SENSORS_ENTRY)
                                .toStatement()))
                .good("good-unknown-field-without-crit", hub(Flaw.at(GOOD, "predicate.later", "unknown")))
                .good(
                        "good-crit-understood",
                        hub(Flaw.at(GOOD, "predicate.crit", Json.Arr.ofStrings(List.of("start-before.v1")))))
                .good("good-without-key-id", withSignatures(GOOD, List.of(new Envelope.Signature("", signature.sig()))))
                .good(
                        "good-malleated-signature",
                        withSignatures(
                                GOOD, List.of(new Envelope.Signature(HUB.keyId(), TestKey.malleated(signature.sig())))))
                .good(
                        "good-beside-junk",
                        withSignatures(GOOD, List.of(new Envelope.Signature("junk", new byte[] {1, 2, 3}), signature)));
    }

    private static void envelopes(Golden golden) {
        byte[] good = hub(GOOD);
        golden.bad("envelope-not-json", ENVELOPE_INVALID, "not json".getBytes(UTF_8))
                .bad("envelope-truncated", ENVELOPE_INVALID, java.util.Arrays.copyOf(good, good.length - 1))
                .bad("envelope-trailing-bytes", ENVELOPE_INVALID, Flaw.text(good, s -> s + "\n"))
                .bad("envelope-byte-order-mark", ENVELOPE_INVALID, Flaw.text(good, s -> "\ufeff" + s))
                .bad(
                        "envelope-duplicate-key",
                        ENVELOPE_INVALID,
                        Flaw.replace(good, "{\"payload\":", "{\"payload\":\"\",\"payload\":"))
                .bad("envelope-depth-17", ENVELOPE_INVALID, Flaw.nested(good, 17))
                .bad(
                        "envelope-without-signatures",
                        ENVELOPE_INVALID,
                        Flaw.at(good, "signatures", new Json.Arr(List.of())))
                .bad(
                        "envelope-17-signatures",
                        ENVELOPE_INVALID,
                        Flaw.at(
                                good,
                                "signatures",
                                new Json.Arr(Collections.nCopies(
                                        17,
                                        Json.object()
                                                .put("keyid", "")
                                                .put("sig", "AAAA")
                                                .build()))))
                .bad("envelope-payload-not-base64", ENVELOPE_INVALID, Flaw.at(good, "payload", "e30 "))
                .bad("envelope-payload-base64-without-padding", ENVELOPE_INVALID, Flaw.at(good, "payload", "e30"))
                .bad("envelope-payload-base64-stray-bits", ENVELOPE_INVALID, Flaw.at(good, "payload", "e31="))
                .bad("envelope-payload-empty", ENVELOPE_INVALID, Flaw.at(good, "payload", ""))
                .bad("envelope-payload-type", ENVELOPE_INVALID, Flaw.at(good, "payloadType", "application/json"));
    }

    private static void signatures(Golden golden) {
        Envelope.Signature good = Envelope.sign(GOOD, HUB).signatures().getFirst();
        byte[] flipped = good.sig();
        flipped[40] ^= 1;
        golden.bad(
                        "signature-one-bit-flipped",
                        SIGNATURE_INVALID,
                        withSignatures(GOOD, List.of(new Envelope.Signature(HUB.keyId(), flipped))))
                .bad(
                        "signature-of-another-statement",
                        SIGNATURE_INVALID,
                        withSignatures(Flaw.at(GOOD, "predicate.sequence", 8), List.of(good)))
                .bad(
                        "signature-of-the-bare-payload",
                        SIGNATURE_INVALID,
                        withSignatures(GOOD, List.of(new Envelope.Signature(HUB.keyId(), HUB.sign(GOOD)))))
                .bad("signature-by-the-release-role", SIGNATURE_INVALID, sign(GOOD, RELEASE))
                .bad("signature-by-a-stranger", SIGNATURE_INVALID, sign(GOOD, STRANGER))
                .bad(
                        "signature-by-a-stranger-with-the-hubs-key-id",
                        SIGNATURE_INVALID,
                        withSignatures(
                                GOOD,
                                List.of(new Envelope.Signature(
                                        HUB.keyId(),
                                        STRANGER.sign(Envelope.sign(GOOD, HUB).pae())))))
                .bad(
                        "signature-empty",
                        SIGNATURE_INVALID,
                        withSignatures(GOOD, List.of(new Envelope.Signature(HUB.keyId(), new byte[0]))));
    }

    private static void json(Golden golden) {
        golden.bad(
                        "json-duplicate-key",
                        STATEMENT_INVALID,
                        hub(Flaw.replace(GOOD, "\"sequence\":7", "\"sequence\":7,\"sequence\":7")))
                .bad("json-fraction", STATEMENT_INVALID, hub(Flaw.replace(GOOD, "\"sequence\":7", "\"sequence\":7.0")))
                .bad("json-exponent", STATEMENT_INVALID, hub(Flaw.replace(GOOD, "\"sequence\":7", "\"sequence\":7e0")))
                .bad("json-minus-zero", STATEMENT_INVALID, hub(Flaw.replace(GOOD, "\"sequence\":7", "\"sequence\":-0")))
                .bad(
                        "json-leading-zero",
                        STATEMENT_INVALID,
                        hub(Flaw.replace(GOOD, "\"sequence\":7", "\"sequence\":07")))
                .bad(
                        "json-number-2-to-the-53",
                        STATEMENT_INVALID,
                        hub(Flaw.replace(GOOD, "\"sequence\":7", "\"sequence\":9007199254740992")))
                .bad("json-byte-order-mark", STATEMENT_INVALID, hub(Flaw.text(GOOD, s -> "\ufeff" + s)))
                .bad("json-lone-surrogate", STATEMENT_INVALID, hub(Flaw.replace(GOOD, "berlin-1", "berlin-\\ud800")))
                .bad("json-not-utf-8", STATEMENT_INVALID, hub(latin1()))
                .bad("json-trailing-byte", STATEMENT_INVALID, hub(Flaw.text(GOOD, s -> s + " ")))
                .bad("json-two-documents", STATEMENT_INVALID, hub(Flaw.text(GOOD, s -> s + s)))
                .bad("json-depth-17", STATEMENT_INVALID, hub(Flaw.nested(GOOD, 17)))
                .good("good-depth-16", hub(Flaw.nested(GOOD, 16)))
                .bad("json-comment", STATEMENT_INVALID, hub(Flaw.text(GOOD, s -> s.replaceFirst(",", ",/* */"))))
                .bad(
                        "json-not-a-number",
                        STATEMENT_INVALID,
                        hub(Flaw.replace(GOOD, "\"sequence\":7", "\"sequence\":NaN")));
    }

    private static byte[] latin1() {
        byte[] bytes = GOOD.clone();
        int at = new String(GOOD, UTF_8).indexOf("berlin-1");
        bytes[at] = (byte) 0xe9;
        return bytes;
    }

    private static void fields(Golden golden) {
        golden.bad(
                        "statement-type",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, "_type", "https://in-toto.io/Statement/v0.1")))
                .bad("predicate-type-of-a-release", PREDICATE_TYPE_WRONG, hub(CONTENT.toStatement()))
                .bad(
                        "predicate-type-of-version-2",
                        PREDICATE_TYPE_WRONG,
                        hub(Flaw.at(GOOD, "predicateType", "https://wherry.io/assignment/v2")))
                .bad("subject-empty", STATEMENT_INVALID, hub(Flaw.at(GOOD, "subject", new Json.Arr(List.of()))))
                .bad(
                        "subject-of-another-agent",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, "subject.0.name", "agent/" + OTHER_AGENT_ID)))
                .bad(
                        "subject-of-another-key",
                        STATEMENT_INVALID,
                        hub(Flaw.at(
                                GOOD, "subject.0.digest.sha256", digest("other").hex())))
                .bad(
                        "agent-id-in-capitals",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, "predicate.agentId", "0123456789ABCDEFGHJKMNPQRS")))
                .bad("sequence-zero", STATEMENT_INVALID, hub(Flaw.at(GOOD, "predicate.sequence", 0)))
                .bad("sequence-missing", STATEMENT_INVALID, hub(Flaw.at(GOOD, "predicate.sequence", (Json) null)))
                .bad("sequence-as-text", STATEMENT_INVALID, hub(Flaw.at(GOOD, "predicate.sequence", "7")))
                .bad(
                        "time-with-offset",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, "predicate.issuedAt", "2026-02-01T13:00:00+01:00")))
                .bad(
                        "time-with-microseconds",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, "predicate.issuedAt", "2026-02-01T12:00:00.000001Z")))
                .bad(
                        "time-that-is-none",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, "predicate.issuedAt", "2026-02-30T12:00:00Z")))
                .bad(
                        "expires-before-issued",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, "predicate.expiresAt", "2026-02-01T11:59:59Z")))
                .bad(
                        "valid-for-401-days",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, "predicate.expiresAt", "2027-03-09T12:00:00Z")))
                .bad(
                        "hub-without-port",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, "predicate.hubs", Json.Arr.ofStrings(List.of("hub.example.com")))))
                .bad(
                        "entry-stack-twice",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, "predicate.entries.1.stack", SHOP.value())))
                .bad("entry-state-unknown", STATEMENT_INVALID, hub(Flaw.at(GOOD, SHOP_IN_JSON + "state", "paused")))
                .bad("entry-generation-zero", STATEMENT_INVALID, hub(Flaw.at(GOOD, SHOP_IN_JSON + "generation", 0)))
                .bad(
                        "entry-present-without-bundle",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, SHOP_IN_JSON + "bundle", (Json) null)))
                .bad(
                        "entry-absent-without-release",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, "predicate.entries.1.release", (Json) null)))
                .bad(
                        "entry-digest-of-another-algorithm",
                        STATEMENT_INVALID,
                        hub(Flaw.at(
                                GOOD,
                                SHOP_IN_JSON + "release",
                                "sha512:" + digest("x").hex())))
                .bad(
                        "entry-bundle-above-64-mib",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, SHOP_IN_JSON + "bundle.size", (64L << 20) + 1)))
                .bad(
                        "entry-variable-name",
                        STATEMENT_INVALID,
                        hub(Flaw.replace(GOOD, "\"SITE_NAME\":\"berlin-1\"", "\"SITE NAME\":\"berlin-1\"")))
                .bad(
                        "entry-project-name",
                        STATEMENT_INVALID,
                        hub(Flaw.at(GOOD, SHOP_IN_JSON + "options.project", "../shop")))
                .bad(
                        "entry-depends-on-itself",
                        STATEMENT_INVALID,
                        hub(Flaw.at(
                                GOOD, SHOP_IN_JSON + "options.dependsOn", Json.Arr.ofStrings(List.of(SHOP.value())))));
    }

    private static void judgement(Golden golden) {
        golden.bad(
                        "crit-unknown",
                        AGENT_TOO_OLD,
                        hub(Flaw.at(GOOD, "predicate.crit", Json.Arr.ofStrings(List.of("teleport.v1")))))
                .bad(
                        "other-trust-domain",
                        TRUST_DOMAIN_WRONG,
                        hub(Flaw.at(
                                GOOD, "predicate.trustDomain", digest("other").toString())))
                .bad(
                        "other-agent",
                        OTHER_AGENT,
                        hub(Flaw.at(
                                Flaw.at(GOOD, "predicate.agentId", OTHER_AGENT_ID.value()),
                                "subject.0.name",
                                "agent/" + OTHER_AGENT_ID)))
                .bad(
                        "other-agent-key",
                        OTHER_AGENT_KEY,
                        hub(Flaw.at(
                                Flaw.at(
                                        GOOD,
                                        "predicate.agentKeyHash",
                                        digest("other").toString()),
                                "subject.0.digest.sha256",
                                digest("other").hex())))
                .bad("epoch-above-the-roots", EPOCH_WRONG, hub(Flaw.at(GOOD, "predicate.epoch", 2)))
                .bad(
                        "sequence-below-the-floor",
                        SEQUENCE_TOO_OLD,
                        hub(assignment(5, Optional.empty(), SHOP_ENTRY, OLD_ENTRY)
                                .toStatement()))
                .bad(
                        "equivocation-at-the-floor",
                        EQUIVOCATION,
                        hub(assignment(6, Optional.empty(), SHOP_ENTRY, OLD_ENTRY)
                                .toStatement()))
                .bad(
                        "equivocation-in-previous",
                        EQUIVOCATION,
                        hub(assignment(7, Optional.of(digest("other sixth")), SHOP_ENTRY, OLD_ENTRY)
                                .toStatement()))
                .bad(
                        "equivocation-without-previous",
                        EQUIVOCATION,
                        hub(assignment(7, Optional.empty(), SHOP_ENTRY, OLD_ENTRY)
                                .toStatement()))
                .bad(
                        "incomplete-set",
                        INCOMPLETE_SET,
                        hub(assignment(7, Optional.of(SIXTH_DIGEST), SHOP_ENTRY).toStatement()))
                .bad(
                        "incomplete-set-empty",
                        INCOMPLETE_SET,
                        hub(assignment(7, Optional.of(SIXTH_DIGEST)).toStatement()))
                .bad("expired", EXPIRED, hub(Flaw.at(GOOD, "predicate.expiresAt", "2026-02-02T08:00:00.250Z")));
    }
}
