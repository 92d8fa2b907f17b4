package io.wherry.contract;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.Arrays;
import java.util.List;

/**
 * A DSSE envelope: bytes and signatures over them. Nothing in it is trusted yet (docs/reference/bundle-format.md#envelope).
 *
 * <p>An envelope is no identity, since ECDSA is randomised: {@link #digest} is the name of what is in it.
 *
 * @param payloadType signed with the payload; {@link Dsse#PAYLOAD_TYPE} for all statements
 * @param payload     the exact bytes that are signed; how many a document of its kind may have, its verifier says
 * @param signatures  1 to {@link Limits#SIGNATURES}; any of them may be junk
 */
public record Envelope(String payloadType, byte[] payload, List<Signature> signatures) {

    /**
     * @param keyId a hint as to which key it may be; at most 128 characters, may be empty
     * @param sig   the signature, at most {@link Limits#SIGNATURE_BYTES} where it is a good one
     */
    public record Signature(String keyId, byte[] sig) {
        public Signature {
            Check.text("keyid", keyId, 128);
            sig = sig.clone();
        }

        @Override
        public byte[] sig() {
            return sig.clone();
        }
    }

    public Envelope {
        Check.filled("payloadType", payloadType, 128);
        Check.range("payload", payload.length, 1, Limits.ENVELOPE_BYTES);
        Check.range("signatures", signatures.size(), 1, Limits.SIGNATURES);
        payload = payload.clone();
        signatures = List.copyOf(signatures);
    }

    @Override
    public byte[] payload() {
        return payload.clone();
    }

    /** SHA-256 of the payload: the identity of what is signed. */
    public Digest digest() {
        return Digest.of(payload);
    }

    /** What each signature is over. */
    public byte[] pae() {
        return Dsse.pae(payloadType, payload);
    }

    /**
     * Signs a statement's bytes with each of the signers, in order.
     *
     * @throws IllegalArgumentException above {@link Limits#STATEMENT_BYTES}: no reader would take it
     */
    public static Envelope sign(byte[] payload, Signer... signers) {
        Check.range("payload", payload.length, 1, Limits.STATEMENT_BYTES);
        byte[] pae = Dsse.pae(Dsse.PAYLOAD_TYPE, payload);
        List<Signature> signatures = Arrays.stream(signers)
                .map(signer -> new Signature(signer.keyId(), signer.sign(pae)))
                .toList();
        return new Envelope(Dsse.PAYLOAD_TYPE, payload, signatures);
    }

    /** Reads an envelope of at most {@link Limits#ENVELOPE_BYTES}. @throws JsonException naming what is wrong; nothing is verified here */
    public static Envelope parse(byte[] json) {
        return parse(json, Limits.ENVELOPE_BYTES);
    }

    /** Reads an envelope of at most so many bytes; unknown fields are not signed and not looked at. @throws JsonException */
    public static Envelope parse(byte[] json, int maxBytes) {
        Json.Obj envelope = JsonReader.statement(json, maxBytes);
        List<Json.Obj> signatures = envelope.objects("signatures");
        if (signatures.size() > Limits.SIGNATURES) {
            throw new JsonException(
                    "signatures: " + signatures.size() + " (expected: at most " + Limits.SIGNATURES + ")");
        }
        try {
            return new Envelope(
                    envelope.string("payloadType"),
                    Codec.base64("payload", envelope.string("payload")),
                    signatures.stream()
                            .map(s -> new Signature(
                                    s.findString("keyid").orElse(""), Codec.base64("sig", s.string("sig"))))
                            .toList());
        } catch (IllegalArgumentException e) {
            throw new JsonException(String.valueOf(e.getMessage()), e);
        }
    }

    public byte[] toJson() {
        return JsonWriter.canonical(Json.object()
                .put("payloadType", payloadType)
                .put("payload", Codec.base64(payload))
                .put(
                        "signatures",
                        new Json.Arr(signatures.stream()
                                .<Json>map(s -> Json.object()
                                        .put("keyid", s.keyId())
                                        .put("sig", Codec.base64(s.sig()))
                                        .build())
                                .toList()))
                .build());
    }
}
