package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.JoinToken;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** S10: limits come before parsing, so that hostile input costs bounded memory and time. */
@Timeout(60)
class S10CapsTest {
    /** All parsers together; the worst, of as many empty signatures as fit, takes 108 MiB. Work that grows faster than its input passes it. */
    private static final long MOST_BYTES = 256L << 20;

    static Stream<byte[]> bombs() {
        int most = Limits.ENVELOPE_BYTES;
        return Stream.of(
                filled(most, "["),
                filled(most, "{\"a\":"),
                filled(most, "{\"payload\":\""),
                filled(most, "9"),
                filled(most, "\u0000"),
                ("{\"payload\":\"" + "A".repeat(most - 100) + "\"}").getBytes(UTF_8),
                ("{\"payloadType\":\"" + "t".repeat(most - 100) + "\"}").getBytes(UTF_8),
                ("{\"signatures\":[" + "{},".repeat(most / 4) + "{}]}").getBytes(UTF_8),
                ("{\"n\":" + "9".repeat(most - 100) + "}").getBytes(UTF_8),
                ("{\"n\":1e" + "9".repeat(most - 100) + "}").getBytes(UTF_8),
                ("{\"" + "k".repeat(most - 100) + "\":0}").getBytes(UTF_8),
                keys(most));
    }

    private static byte[] filled(int bytes, String with) {
        return with.repeat(bytes / with.length()).getBytes(UTF_8);
    }

    private static byte[] keys(int most) {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; json.length() < most - 20; i++) {
            json.append('"').append(i).append("\":0,");
        }
        return json.append("\"z\":0}").toString().getBytes(UTF_8);
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void aBombOfTheLargestSizeIsRefusedByEveryParserAndCostsLittle(byte[] bomb) {
        assertThat(allocatedBytes(() -> {
                    assertThat(AdoptionVerifier.adopt(bomb, context())).isInstanceOf(Adoption.Refused.class);
                    assertThat(ReleaseVerifier.stage(bomb, SHOP_ENTRY, stageContext()))
                            .isInstanceOf(Stage.Refused.class);
                    assertThat(ReceiptVerifier.verify(bomb, AGENT.publicKey(), AGENT_ID, DOMAIN))
                            .isInstanceOf(ReceiptVerdict.Refused.class);
                    assertThat(AcknowledgementVerifier.verify(bomb, WRITTEN))
                            .isInstanceOf(AcknowledgementVerdict.Refused.class);
                    assertThat(ManifestVerifier.verify(bomb, new BundleRef(Digest.of(bomb), Limits.BUNDLE_BYTES)))
                            .isInstanceOf(ManifestVerdict.Refused.class);
                }))
                .isLessThan(MOST_BYTES);
    }

    /** Of this thread's own work, by which it costs the same on every machine; what never ends is ended by the class's limit. */
    private static long allocatedBytes(Runnable run) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        run.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void whatIsTooLargeIsNotParsed() {
        byte[] good = sign(SEVENTH.toStatement(), HUB);
        byte[] large = Arrays.copyOf(good, Limits.ENVELOPE_BYTES + 1);
        Arrays.fill(large, good.length, large.length, (byte) ' ');

        assertThat(AdoptionVerifier.adopt(large, context())).isInstanceOfSatisfying(Adoption.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(VerifyReason.TOO_LARGE);
            assertThat(refused.digest()).isEmpty();
        });
        assertThat(ReceiptVerifier.verify(large, AGENT.publicKey(), AGENT_ID, DOMAIN))
                .isInstanceOfSatisfying(ReceiptVerdict.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(VerifyReason.TOO_LARGE));
        assertThat(ManifestVerifier.verify(new byte[Limits.MANIFEST_BYTES + 1], BUNDLE))
                .isInstanceOfSatisfying(ManifestVerdict.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(VerifyReason.TOO_LARGE));
        assertThat(RootChain.extend(java.util.Optional.empty(), DOMAIN, List.of(large)))
                .isInstanceOfSatisfying(Roots.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(VerifyReason.TOO_LARGE));
    }

    @Test
    void aPayloadThatIsTooLargeIsNotParsedEither() {
        byte[] payload = Arrays.copyOf(SEVENTH.toStatement(), Limits.STATEMENT_BYTES + 1);
        Envelope.Signature any = new Envelope.Signature(HUB.keyId(), new byte[70]);

        assertThat(AdoptionVerifier.adopt(withSignatures(payload, List.of(any)), context()))
                .isInstanceOfSatisfying(Adoption.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(VerifyReason.TOO_LARGE));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> Envelope.sign(payload, HUB))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aChainOfRootsWithoutEndIsRefused() {
        byte[] root = sign(ROOT_1.toStatement(), ROOT);

        assertThat(RootChain.extend(
                        java.util.Optional.empty(), DOMAIN, java.util.Collections.nCopies(Limits.ROOT_CHAIN + 1, root)))
                .isInstanceOfSatisfying(Roots.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(VerifyReason.TOO_LARGE));
    }

    @Test
    void whatIsNotSignedIsNotParsed() {
        byte[] payload = ("{\"a\":" + "[".repeat(100_000)).getBytes(UTF_8);
        byte[] unsigned = withSignatures(payload, List.of(new Envelope.Signature(HUB.keyId(), new byte[70])));

        assertThat(AdoptionVerifier.adopt(unsigned, context()))
                .isInstanceOfSatisfying(Adoption.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(VerifyReason.SIGNATURE_INVALID));
    }

    @Test
    void aManifestWithMoreLayersThanAllowedIsRefused() {
        String layer = "{\"annotations\":{\"io.wherry.mode\":\"0644\",\"io.wherry.path\":\"f%d\"},\"digest\":\""
                + digest("f") + "\",\"mediaType\":\"application/vnd.wherry.file.v1\",\"size\":1}";
        StringBuilder layers = new StringBuilder();
        for (int i = MANIFEST.layers().size(); i <= Limits.LAYERS; i++) {
            layers.append(',').append(layer.formatted(i));
        }
        byte[] many = Flaw.text(
                MANIFEST.toBytes(),
                s -> s.replace(
                        "],\"mediaType\":\"application/vnd.oci.image",
                        layers + "],\"mediaType\":\"application/vnd.oci.image"));

        assertThat(many).hasSizeLessThan(Limits.MANIFEST_BYTES);
        assertThat(ManifestVerifier.verify(many, new BundleRef(Digest.of(many), Limits.BUNDLE_BYTES)))
                .isInstanceOfSatisfying(
                        ManifestVerdict.Refused.class,
                        refused -> assertThat(refused.detail()).contains("4097").contains("4096"));
        assertThat(Manifest.parse(MANIFEST.toBytes())).isEqualTo(MANIFEST);
    }

    @Test
    void aJoinTokenWithoutEndIsRefused() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> JoinToken.parse("wjt1." + "A".repeat(10_000_000)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
