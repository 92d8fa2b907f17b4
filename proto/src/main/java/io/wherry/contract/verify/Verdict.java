package io.wherry.contract.verify;

import io.wherry.contract.Dsse;
import io.wherry.contract.Envelope;
import io.wherry.contract.Features;
import io.wherry.contract.Role;
import io.wherry.contract.Statement;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** The steps that all signed documents share; a step that fails ends the judgement with its reason. */
final class Verdict {
    /** A judgement that ended. Never leaves this package: each verifier turns it into its own refusal. */
    static final class Stop extends RuntimeException {
        private final VerifyReason reason;

        Stop(VerifyReason reason, String detail) {
            super(detail, null, false, false);
            this.reason = reason;
        }

        VerifyReason reason() {
            return reason;
        }

        String detail() {
            return String.valueOf(getMessage());
        }
    }

    private Verdict() {}

    static void require(boolean holds, VerifyReason reason, String detail) {
        if (!holds) {
            throw new Stop(reason, detail);
        }
    }

    /** Size, then form, then payload type: nothing is parsed of what is too large. */
    static Envelope envelope(byte[] envelope, int maxEnvelopeBytes, int maxPayloadBytes) {
        require(
                envelope.length <= maxEnvelopeBytes,
                VerifyReason.TOO_LARGE,
                "envelope: " + envelope.length + " bytes (expected: at most " + maxEnvelopeBytes + ")");
        Envelope parsed;
        try {
            parsed = Envelope.parse(envelope, maxEnvelopeBytes);
        } catch (JsonException | IllegalArgumentException e) {
            throw new Stop(VerifyReason.ENVELOPE_INVALID, String.valueOf(e.getMessage()));
        }
        require(
                parsed.payload().length <= maxPayloadBytes,
                VerifyReason.TOO_LARGE,
                "payload: " + parsed.payload().length + " bytes (expected: at most " + maxPayloadBytes + ")");
        require(
                parsed.payloadType().equals(Dsse.PAYLOAD_TYPE),
                VerifyReason.ENVELOPE_INVALID,
                "payloadType: " + parsed.payloadType() + " (expected: " + Dsse.PAYLOAD_TYPE + ")");
        return parsed;
    }

    static void signed(Envelope envelope, TrustRoot root, Role role, String what) {
        int keys = Signatures.distinctKeys(envelope, root, role);
        require(
                keys >= role.threshold(),
                VerifyReason.SIGNATURE_INVALID,
                what + ": good signatures of " + keys + " distinct keys of the role (expected: " + role.threshold()
                        + ")");
    }

    static void understood(Iterable<String> features, String field) {
        understood(features, Features.UNDERSTOOD, field);
    }

    static void understood(Iterable<String> features, List<String> known, String field) {
        Set<String> missing = Features.missing(features, known);
        require(
                missing.isEmpty(),
                VerifyReason.AGENT_TOO_OLD,
                field + ": this version does not understand " + String.join(", ", missing) + " (update the agent)");
    }

    /** Parses the verified bytes, once: first the predicate type, then the document. */
    static <T> T statement(Envelope envelope, int maxBytes, String expectedType, Function<Json.Obj, T> parser) {
        try {
            Json.Obj statement = JsonReader.statement(envelope.payload(), maxBytes);
            String type = Statement.predicateType(statement);
            require(
                    type.equals(expectedType),
                    VerifyReason.PREDICATE_TYPE_WRONG,
                    "predicateType: " + type + " (expected: " + expectedType + ")");
            return parser.apply(statement);
        } catch (JsonException | IllegalArgumentException e) {
            throw new Stop(VerifyReason.STATEMENT_INVALID, String.valueOf(e.getMessage()));
        }
    }
}
