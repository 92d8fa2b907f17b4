package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static io.wherry.contract.verify.VerifyReason.*;

import io.wherry.contract.json.Json;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Acknowledgements, judged by a site that keeps its fifth receipt and has forgotten the first three for an earlier one. */
class GoldenAcknowledgementTest {
    @TestFactory
    Stream<DynamicTest> acknowledgements() {
        byte[] good = ACKNOWLEDGEMENT.toStatement();
        return new Golden("acknowledgement")
                .good("good", hub(good))
                .good(
                        "good-the-same-again",
                        hub(acknowledgement(3, digest("receipt 3")).toStatement()))
                .good(
                        "good-before-the-oldest-kept",
                        hub(acknowledgement(4, digest("receipt 4")).toStatement()))
                .bad("larger-than-8-kib", TOO_LARGE, Flaw.text(hub(good), s -> s + " ".repeat(8 << 10)))
                .bad("envelope-payload-type", ENVELOPE_INVALID, Flaw.at(hub(good), "payloadType", "text/plain"))
                .bad("envelope-trailing-bytes", ENVELOPE_INVALID, Flaw.text(hub(good), s -> s + "{}"))
                .bad("signature-by-the-log-role", SIGNATURE_INVALID, sign(good, LOG))
                .bad("signature-by-the-agent", SIGNATURE_INVALID, sign(good, AGENT))
                .bad("signature-by-a-stranger", SIGNATURE_INVALID, sign(good, STRANGER))
                .bad("predicate-type-of-an-assignment", PREDICATE_TYPE_WRONG, hub(SEVENTH.toStatement()))
                .bad("predicate-type-of-a-checkpoint", PREDICATE_TYPE_WRONG, hub(CHECKPOINT.toStatement()))
                .bad("counter-zero", STATEMENT_INVALID, flaw("predicate.counter", 0))
                .bad(
                        "counter-above-2-53",
                        STATEMENT_INVALID,
                        hub(Flaw.replace(good, "\"counter\":5", "\"counter\":9007199254740992")))
                .bad(
                        "counter-with-a-fraction",
                        STATEMENT_INVALID,
                        hub(Flaw.replace(good, "\"counter\":5", "\"counter\":5.0")))
                .bad(
                        "counter-twice",
                        STATEMENT_INVALID,
                        hub(Flaw.replace(good, "\"counter\":5", "\"counter\":5,\"counter\":5")))
                .bad("counter-missing", STATEMENT_INVALID, hub(Flaw.at(good, "predicate.counter", (Json) null)))
                .bad("epoch-zero", STATEMENT_INVALID, flaw("predicate.epoch", 0))
                .bad("receipt-missing", STATEMENT_INVALID, hub(Flaw.at(good, "predicate.receipt", (Json) null)))
                .bad(
                        "time-with-an-offset",
                        STATEMENT_INVALID,
                        hub(Flaw.at(good, "predicate.issuedAt", "2026-02-02T09:00:00+01:00")))
                .bad(
                        "subject-of-another-receipt",
                        STATEMENT_INVALID,
                        hub(Flaw.at(
                                good, "subject.0.digest.sha256", digest("other").hex())))
                .bad(
                        "subject-of-another-agent",
                        STATEMENT_INVALID,
                        hub(Flaw.at(good, "subject.0.name", "agent/" + OTHER_AGENT_ID)))
                .bad("trailing-bytes", STATEMENT_INVALID, hub(Flaw.text(good, s -> s + "\n")))
                .bad(
                        "other-trust-domain",
                        TRUST_DOMAIN_WRONG,
                        hub(Flaw.at(
                                good, "predicate.trustDomain", digest("other").toString())))
                .bad(
                        "other-agent",
                        OTHER_AGENT,
                        hub(Flaw.at(
                                Flaw.at(good, "predicate.agentId", OTHER_AGENT_ID.value()),
                                "subject.0.name",
                                "agent/" + OTHER_AGENT_ID)))
                .bad("other-epoch", EPOCH_WRONG, flaw("predicate.epoch", 2))
                .bad(
                        "of-fewer-receipts",
                        ACKNOWLEDGEMENT_TOO_OLD,
                        hub(acknowledgement(2, digest("receipt 2")).toStatement()))
                .bad(
                        "another-under-the-same-counter",
                        EQUIVOCATION,
                        hub(acknowledgement(3, digest("other")).toStatement()))
                .bad(
                        "receipt-that-the-site-did-not-write",
                        OTHER_RECEIPT,
                        hub(acknowledgement(5, digest("other")).toStatement()))
                .bad(
                        "receipt-beyond-the-newest",
                        OTHER_RECEIPT,
                        hub(acknowledgement(6, digest("receipt 6")).toStatement()))
                .tests(bytes -> switch (AcknowledgementVerifier.verify(bytes, WRITTEN)) {
                    case AcknowledgementVerdict.Verified _ -> Golden.GOOD;
                    case AcknowledgementVerdict.Refused refused ->
                        refused.reason().code();
                });
    }

    private static byte[] hub(byte[] statement) {
        return sign(statement, HUB);
    }

    private static byte[] flaw(String path, long value) {
        return hub(Flaw.at(ACKNOWLEDGEMENT.toStatement(), path, value));
    }
}
