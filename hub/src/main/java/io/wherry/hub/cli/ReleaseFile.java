package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.base.ExitCode;
import io.wherry.contract.Digest;
import io.wherry.contract.Dsse;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Release;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Releases that go to their approvers and come back signed (docs/reference/bundle-format.md#release-file).
 *
 * <p>The summary in it is for those who look into the file; whatever is shown, signed or handed in is read from the bytes that are signed.
 */
record ReleaseFile(List<Unsigned> releases) {
    static final String FORMAT = "wherry.io/release-file/v1";

    /** 16: one per bundle of a stack that differs between its sites; each may be as large as an envelope. */
    static final int MAX_RELEASES = 16;

    /** Every release with its summary, which repeats it. */
    private static final int MAX_BYTES = MAX_RELEASES * 2 * Limits.ENVELOPE_BYTES;

    /**
     * A release with the signatures so far: none, or some.
     *
     * @param payload the exact bytes to be signed; not copied: do not change it
     */
    record Unsigned(Release release, byte[] payload, List<Envelope.Signature> signatures) {
        Unsigned {
            signatures = List.copyOf(signatures);
        }

        Digest digest() {
            return Digest.of(payload);
        }

        /** One key signs once: what stood there under its id makes room, good or not. */
        Unsigned with(Envelope.Signature signature) {
            List<Envelope.Signature> more = new ArrayList<>(signatures);
            more.removeIf(one -> one.keyId().equals(signature.keyId()));
            more.add(signature);
            return new Unsigned(release, payload, more);
        }

        /** @throws IllegalArgumentException if nobody has signed */
        Envelope envelope() {
            return new Envelope(Dsse.PAYLOAD_TYPE, payload, signatures);
        }

        /** A DSSE envelope, which may have no signature yet. @throws JsonException */
        static Unsigned parse(Json.Obj envelope) {
            String type = envelope.string("payloadType");
            if (!type.equals(Dsse.PAYLOAD_TYPE)) {
                throw new JsonException("payloadType: " + type + " (expected: " + Dsse.PAYLOAD_TYPE + ")");
            }
            byte[] payload = decoded(envelope, "payload");
            List<Envelope.Signature> signatures = envelope.objects("signatures").stream()
                    .map(one -> new Envelope.Signature(one.findString("keyid").orElse(""), decoded(one, "sig")))
                    .toList();
            if (signatures.size() > Limits.SIGNATURES) {
                throw new JsonException(
                        "signatures: " + signatures.size() + " (expected: at most " + Limits.SIGNATURES + ")");
            }
            return new Unsigned(
                    Release.parse(JsonReader.statement(payload, Limits.STATEMENT_BYTES)), payload, signatures);
        }

        private static byte[] decoded(Json.Obj object, String field) {
            try {
                return Base64.getDecoder().decode(object.string(field));
            } catch (IllegalArgumentException e) {
                throw new JsonException(field + ": not base64 (expected: base64)", e);
            }
        }

        private Json toJson() {
            List<Json> signed = new ArrayList<>();
            signatures.forEach(signature -> signed.add(Json.object()
                    .put("keyid", signature.keyId())
                    .put("sig", Base64.getEncoder().encodeToString(signature.sig()))
                    .build()));
            return Json.object()
                    .put("summary", ReleaseSummary.lines(release, digest()))
                    .put(
                            "envelope",
                            Json.object()
                                    .put("payloadType", Dsse.PAYLOAD_TYPE)
                                    .put("payload", Base64.getEncoder().encodeToString(payload))
                                    .put("signatures", new Json.Arr(signed))
                                    .build())
                    .build();
        }
    }

    ReleaseFile {
        releases = List.copyOf(releases);
        if (releases.isEmpty() || releases.size() > MAX_RELEASES) {
            throw new JsonException("releases: " + releases.size() + " (expected: 1 to " + MAX_RELEASES + ")");
        }
        if (releases.stream().map(one -> one.release().stack()).distinct().count() > 1) {
            throw new JsonException("releases: of several stacks (expected: of one)");
        }
    }

    /** Name of the stack, as the releases say. */
    String stack() {
        return releases.getFirst().release().name();
    }

    static ReleaseFile read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new CliException(
                        ExitCode.VERIFICATION_FAILED,
                        file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")",
                        "");
            }
            Json.Obj parsed = JsonReader.object(Files.readAllBytes(file));
            String format = parsed.string("format");
            if (!format.equals(FORMAT)) {
                throw new JsonException("format: " + format + " (expected: " + FORMAT + ")");
            }
            return new ReleaseFile(parsed.objects("releases").stream()
                    .map(one -> Unsigned.parse(one.object("envelope")))
                    .toList());
        } catch (JsonException | IllegalArgumentException e) {
            throw new CliException(
                    ExitCode.VERIFICATION_FAILED,
                    file + ": " + e.getMessage(),
                    "it is what wherry bundle export-unsigned writes");
        } catch (IOException e) {
            throw FileOnDisk.unreadable(file, e);
        }
    }

    /** Takes the file's place once it is whole. */
    void write(Path file) {
        Json json = Json.object()
                .put("format", FORMAT)
                .put("stack", stack())
                .put(
                        "releases",
                        new Json.Arr(releases.stream().map(Unsigned::toJson).toList()))
                .build();
        try {
            DurableFiles.writeReadable(file.toAbsolutePath(), (JsonWriter.pretty(json) + "\n").getBytes(UTF_8));
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    file + " cannot be written: " + Causes.words(e),
                    "what was there before is unchanged");
        }
    }
}
