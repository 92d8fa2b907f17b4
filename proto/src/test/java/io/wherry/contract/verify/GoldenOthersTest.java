package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static io.wherry.contract.verify.VerifyReason.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Features;
import io.wherry.contract.ImagePins;
import io.wherry.contract.JoinToken;
import io.wherry.contract.Receipt;
import io.wherry.contract.TrustedKey;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Receipts, checkpoints and manifests. */
class GoldenOthersTest {
    @TestFactory
    Stream<DynamicTest> receipts() {
        byte[] good = STATES.toStatement();
        return new Golden("receipt")
                .good("good", agent(good))
                .good(
                        "good-refused",
                        agent(receipt(
                                        6,
                                        new Receipt.Body.Refused(
                                                digest("refused"), "IncompleteSet", "stack old is missing"))
                                .toStatement()))
                .good(
                        "good-dropped",
                        agent(receipt(9, new Receipt.Body.Dropped(7, 8)).toStatement()))
                .bad("envelope-payload-type", ENVELOPE_INVALID, Flaw.at(agent(good), "payloadType", "text/plain"))
                .bad("signature-by-the-hub", SIGNATURE_INVALID, sign(good, HUB))
                .bad("predicate-type-of-an-assignment", PREDICATE_TYPE_WRONG, agent(SEVENTH.toStatement()))
                .bad(
                        "two-bodies",
                        STATEMENT_INVALID,
                        agent(Flaw.at(
                                good,
                                "predicate.dropped",
                                Json.object().put("from", 1).put("to", 2).build())))
                .bad("no-body", STATEMENT_INVALID, agent(Flaw.at(good, "predicate.states", (Json) null)))
                .bad(
                        "dropped-its-own-counter",
                        STATEMENT_INVALID,
                        agent(Flaw.at(
                                receipt(9, new Receipt.Body.Dropped(7, 8)).toStatement(), "predicate.dropped.to", 9)))
                .bad("outcome-unknown", STATEMENT_INVALID, agent(Flaw.at(good, "predicate.states.0.outcome", "Fine")))
                .bad(
                        "outcome-in-other-letters",
                        STATEMENT_INVALID,
                        agent(Flaw.at(good, "predicate.states.0.outcome", "rolledback")))
                .bad(
                        "message-on-two-lines",
                        STATEMENT_INVALID,
                        agent(Flaw.at(good, "predicate.states.0.message", "a\nb")))
                .bad(
                        "sequence-without-assignment",
                        STATEMENT_INVALID,
                        agent(Flaw.at(good, "predicate.assignment", (Json) null)))
                .bad(
                        "subject-of-another-assignment",
                        STATEMENT_INVALID,
                        agent(Flaw.at(
                                good, "subject.0.digest.sha256", digest("other").hex())))
                .bad(
                        "other-trust-domain",
                        TRUST_DOMAIN_WRONG,
                        agent(Flaw.at(
                                good, "predicate.trustDomain", digest("other").toString())))
                .bad(
                        "other-agent",
                        OTHER_AGENT,
                        agent(Flaw.at(
                                Flaw.at(good, "predicate.agentId", OTHER_AGENT_ID.value()),
                                "subject.0.name",
                                "agent/" + OTHER_AGENT_ID)))
                .tests(bytes -> switch (ReceiptVerifier.verify(bytes, AGENT.publicKey(), AGENT_ID, DOMAIN)) {
                    case ReceiptVerdict.Verified _ -> Golden.GOOD;
                    case ReceiptVerdict.Refused refused -> refused.reason().code();
                });
    }

    private static byte[] agent(byte[] statement) {
        return sign(statement, AGENT);
    }

    @TestFactory
    Stream<DynamicTest> checkpoints() {
        byte[] good = CHECKPOINT.toStatement();
        return new Golden("checkpoint")
                .good("good", sign(good, LOG))
                .bad("envelope-payload-type", ENVELOPE_INVALID, Flaw.at(sign(good, LOG), "payloadType", "text/plain"))
                .bad("signature-by-the-hub-role", SIGNATURE_INVALID, sign(good, HUB))
                .bad("predicate-type-of-a-receipt", PREDICATE_TYPE_WRONG, sign(STATES.toStatement(), LOG))
                .bad("size-negative", STATEMENT_INVALID, sign(Flaw.at(good, "predicate.size", -1), LOG))
                .bad(
                        "subject-of-another-root",
                        STATEMENT_INVALID,
                        sign(
                                Flaw.at(
                                        good,
                                        "subject.0.digest.sha256",
                                        digest("other").hex()),
                                LOG))
                .bad(
                        "other-trust-domain",
                        TRUST_DOMAIN_WRONG,
                        sign(
                                Flaw.at(
                                        good,
                                        "predicate.trustDomain",
                                        digest("other").toString()),
                                LOG))
                .tests(bytes -> switch (CheckpointVerifier.verify(bytes, ROOT_1, DOMAIN)) {
                    case CheckpointVerdict.Verified _ -> Golden.GOOD;
                    case CheckpointVerdict.Refused refused -> refused.reason().code();
                });
    }

    /** Judged under their own digest and, but where it is what is wrong, their own size. */
    @TestFactory
    Stream<DynamicTest> manifests() {
        byte[] good = MANIFEST.toBytes();
        String model = "layers.0.";
        String file = "layers.2.";
        return new Golden("manifest")
                .good("good", good)
                .good(
                        "good-with-a-subject",
                        Flaw.at(
                                good,
                                "subject",
                                Json.object()
                                        .put("mediaType", "x")
                                        .put("digest", digest("s").toString())
                                        .put("size", 1)
                                        .build()))
                .bad(
                        "media-type",
                        MANIFEST_INVALID,
                        Flaw.at(good, "mediaType", "application/vnd.oci.image.index.v1+json"))
                .bad("media-type-missing", MANIFEST_INVALID, Flaw.at(good, "mediaType", (Json) null))
                .bad("artifact-type", MANIFEST_INVALID, Flaw.at(good, "artifactType", "application/vnd.example"))
                .bad("layers-and-manifests", MANIFEST_INVALID, Flaw.at(good, "manifests", new Json.Arr(List.of())))
                .bad(
                        "layer-with-urls",
                        MANIFEST_INVALID,
                        Flaw.at(good, model + "urls", Json.Arr.ofStrings(List.of("https://example.com/x"))))
                .bad("layer-with-data", MANIFEST_INVALID, Flaw.at(good, model + "data", "e30="))
                .bad("config-with-data", MANIFEST_INVALID, Flaw.at(good, "config.data", "e30="))
                .bad(
                        "config-not-empty",
                        MANIFEST_INVALID,
                        Flaw.at(good, "config.digest", digest("config").toString()))
                .bad(
                        "nested-index",
                        MANIFEST_INVALID,
                        Flaw.at(good, file + "mediaType", "application/vnd.oci.image.index.v1+json"))
                .bad(
                        "digest-of-another-algorithm",
                        MANIFEST_INVALID,
                        Flaw.at(good, model + "digest", "sha512:" + digest("x").hex()))
                .bad(
                        "two-models",
                        MANIFEST_INVALID,
                        Flaw.at(good, "layers.1.mediaType", "application/vnd.wherry.compose.v1+json"))
                .bad("no-model", MANIFEST_INVALID, Flaw.at(good, "layers", new Json.Arr(List.of())))
                .bad("file-path-climbs", MANIFEST_INVALID, path(good, "conf/../../etc/passwd"))
                .bad("file-path-absolute", MANIFEST_INVALID, path(good, "/etc/passwd"))
                .bad("file-path-with-backslash", MANIFEST_INVALID, path(good, "conf\\shop"))
                .bad("file-path-empty", MANIFEST_INVALID, path(good, ""))
                .bad("file-mode", MANIFEST_INVALID, Flaw.replace(good, "\"0644\"", "\"4755\""))
                .bad("size-negative", MANIFEST_INVALID, Flaw.at(good, file + "size", -1))
                .bad("files-above-16-mib", MANIFEST_INVALID, Flaw.at(good, file + "size", (16L << 20) + 1))
                .bad(
                        "duplicate-key",
                        MANIFEST_INVALID,
                        Flaw.replace(good, "\"schemaVersion\":2", "\"schemaVersion\":2,\"schemaVersion\":2"))
                .bad("trailing-bytes", MANIFEST_INVALID, Flaw.text(good, s -> s + "\n"))
                .bad("depth-17", MANIFEST_INVALID, Flaw.nested(good, 17))
                .bad(
                        "requires-unknown",
                        AGENT_TOO_OLD,
                        Flaw.replace(good, "compose.v1\"}", "compose.v1,kubernetes.v1\"}"))
                .bad("other-size", OTHER_BUNDLE, Flaw.at(good, file + "size", 16))
                .tests(bytes -> switch (ManifestVerifier.verify(bytes, new BundleRef(Digest.of(bytes), size(bytes)))) {
                    case ManifestVerdict.Good _ -> Golden.GOOD;
                    case ManifestVerdict.Refused refused -> refused.reason().code();
                });
    }

    private static long size(byte[] bytes) {
        return BUNDLE.sizeBytes() - MANIFEST.toBytes().length + bytes.length;
    }

    private static byte[] path(byte[] manifest, String path) {
        return Flaw.replace(manifest, "\"conf/shop.properties\"", "\"" + path.replace("\\", "\\\\") + "\"");
    }

    @TestFactory
    Stream<DynamicTest> images() {
        byte[] good = IMAGES.toBytes();
        String platform = "images.0.platforms.0.";
        return new Golden("images")
                .good("good", good)
                .invalid("no-images", Flaw.at(good, "images", new Json.Arr(List.of())))
                .invalid("no-platforms", Flaw.at(good, "images.0.platforms", new Json.Arr(List.of())))
                .invalid("config-missing", Flaw.at(good, platform + "config", (Json) null))
                .invalid(
                        "digest-of-another-algorithm",
                        Flaw.at(
                                good,
                                platform + "manifest",
                                "sha512:" + digest("x").hex()))
                .invalid("duplicate-key", Flaw.replace(good, "{\"images\":", "{\"images\":[],\"images\":"))
                .tests(bytes -> {
                    try {
                        return ImagePins.parse(bytes).equals(IMAGES) ? Golden.GOOD : "another";
                    } catch (JsonException e) {
                        return Golden.INVALID;
                    }
                });
    }

    @TestFactory
    Stream<DynamicTest> joinTokens() {
        JoinToken token =
                new JoinToken("t-7f3k", digest("secret").raw(), List.of("hub.example.com:8444"), digest("ca"), DOMAIN);
        String json = new String(Base64.getUrlDecoder().decode(token.encode().substring(5)), UTF_8);
        return new Golden("join-token")
                .good("good", asFile(token.encode()))
                .invalid("other-prefix", asFile("wjt2" + token.encode().substring(4)))
                .invalid(
                        "cut-off",
                        asFile(token.encode().substring(0, token.encode().length() - 7)))
                .invalid("without-hubs", asFile(encoded(json.replace("\"hub.example.com:8444\"", ""))))
                .invalid("hub-without-port", asFile(encoded(json.replace(":8444", ""))))
                .invalid(
                        "secret-of-3-bytes",
                        asFile(encoded(json.replaceFirst("\"secret\":\"[^\"]*\"", "\"secret\":\"AAAA\""))))
                .invalid("duplicate-key", asFile(encoded(json.replace("{\"caPin\":", "{\"caPin\":\"\",\"caPin\":"))))
                .tests(bytes -> {
                    try {
                        JoinToken read =
                                JoinToken.parse(JsonReader.object(bytes).string("token"));
                        return read.encode().equals(token.encode()) ? Golden.GOOD : "another";
                    } catch (IllegalArgumentException e) {
                        return Golden.INVALID;
                    }
                });
    }

    private static String encoded(String json) {
        return JoinToken.PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
    }

    private static byte[] asFile(String token) {
        return JsonWriter.canonical(Json.object().put("token", token).build());
    }

    /** What a verifier of another make must know to judge the files as these tests do. */
    @TestFactory
    Stream<DynamicTest> context() {
        Json.Builder counters = Json.object();
        new TreeMap<>(FLOOR.releaseCounters()).forEach((stack, counter) -> counters.put(stack.value(), counter));
        Json.Builder written = Json.object();
        WRITTEN.written().forEach((counter, receipt) -> written.put(Long.toString(counter), receipt.toString()));
        Acknowledged taken = WRITTEN.taken().orElseThrow();
        Json context = Json.object()
                .put(
                        "acknowledged",
                        Json.object()
                                .put("epoch", taken.epoch())
                                .put("counter", taken.counter())
                                .put("receipt", taken.receipt().toString())
                                .build())
                .put("agentId", AGENT_ID.value())
                .put("agentKey", TrustedKey.of(AGENT.publicKey()).spki())
                .put("agentVersion", AGENT_VERSION.toString())
                .put("clock", CLOCK.toString())
                .put("environment", stageContext().environment())
                .put(
                        "floor",
                        Json.object()
                                .put("epoch", FLOOR.epoch())
                                .put("sequence", FLOOR.sequence())
                                .put("digest", SIXTH_DIGEST.toString())
                                .put("time", FLOOR.time().toString())
                                .put("releaseCounters", counters.build())
                                .build())
                .put("receiptsWritten", written.build())
                .put("running", List.of(SHOP.value(), OLD.value()))
                .put("trustDomain", DOMAIN.toString())
                .put("understands", Features.UNDERSTOOD)
                .build();
        byte[] bytes = (JsonWriter.pretty(context) + "\n").getBytes(UTF_8);
        return new Golden("context").good("context", bytes).tests(_ -> Golden.GOOD);
    }

    /** The blobs that the manifest names. */
    @TestFactory
    Stream<DynamicTest> blobs() {
        return new Golden("blob")
                .good("model", MODEL)
                .tests(bytes -> Digest.of(bytes).equals(MANIFEST.model().digest()) ? Golden.GOOD : "another");
    }
}
