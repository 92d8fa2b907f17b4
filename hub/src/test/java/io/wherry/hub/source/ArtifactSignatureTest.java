package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.file.ImageManifest;
import io.wherry.hub.registry.TestArtifacts;
import io.wherry.hub.registry.TestRegistry;
import io.wherry.hub.resource.CosignKeys;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.SourceRules;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify.cosign}: signatures as {@code cosign sign --key} writes them, and wrong ones. */
class ArtifactSignatureTest {
    private static final Ref LATEST = new Ref.OciTag("latest", false);
    private static final String PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String REFERRER = "application/vnd.dev.cosign.artifact.sig.v1+json";
    private static final String IMAGE = "application/vnd.oci.image.config.v1+json";

    @TempDir
    Path folder;

    private final TestRegistry registry = TestRegistry.start();
    private final TestArtifacts artifacts = new TestArtifacts(registry, "deploy/shop");
    private final KeyPair ours = pair();
    private final KeyPair theirs = pair();
    private SourceHarness hub;
    private Optional<String> identity = Optional.empty();

    @BeforeEach
    void start() {
        hub = SourceHarness.in(folder);
    }

    @AfterEach
    void stop() {
        hub.close();
        registry.close();
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(KeyPair pair) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private GitSource source(KeyPair... keys) {
        return new GitSource(
                "uid-shop",
                "shop",
                new Source.Repository(
                        Source.Type.ARTIFACTS,
                        artifacts.url(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        SourceRules.of(Optional.of(new CosignKeys(
                                java.util.Arrays.stream(keys)
                                        .map(ArtifactSignatureTest::pem)
                                        .toList(),
                                identity)))),
                Duration.ofMinutes(2));
    }

    private String payload(String repository, Digest digest) {
        return "{\"critical\":{\"identity\":{\"docker-reference\":\"" + repository
                + "\"},\"image\":{\"docker-manifest-digest\":\"" + digest
                + "\"},\"type\":\"cosign container image signature\"},\"optional\":null}";
    }

    private String layer(KeyPair signer, String payload) throws GeneralSecurityException {
        return layer(payload, signature(signer, payload));
    }

    private String layer(String payload, String signature) {
        return artifacts.layer(
                PAYLOAD, payload.getBytes(UTF_8), Map.of("dev.cosignproject.cosign/signature", signature));
    }

    private static String signature(KeyPair signer, String payload) throws GeneralSecurityException {
        Signature ecdsa = Signature.getInstance("SHA256withECDSA");
        ecdsa.initSign(signer.getPrivate());
        ecdsa.update(payload.getBytes(UTF_8));
        return Base64.getEncoder().encodeToString(ecdsa.sign());
    }

    private void sign(Digest digest, String... layers) {
        artifacts.push("sha256-" + digest.hex() + ".sig", IMAGE, List.of(layers), Map.of());
    }

    private Digest push(String text) {
        return artifacts.flux("latest", Map.of("compose.yaml", text));
    }

    private Fetch.Failed refused(SourceReason reason) {
        Fetch.Failed failed = hub.failed(source(ours), LATEST);
        assertThat(failed.detail() + failed.hint()).isNotEmpty();
        assertThat(failed.reason()).isEqualTo(reason);
        return failed;
    }

    @Test
    void takesWhatOneOfTheKeysSignedAndSaysWhich() throws Exception {
        Digest digest = push("a");
        sign(digest, layer(theirs, payload(artifacts.name(), digest)), layer(ours, payload(artifacts.name(), digest)));

        Fetch fetch = hub.check(source(ours), LATEST);

        assertThat(fetch).isInstanceOf(Fetch.Fetched.class);
        String key = "cosign " + Digest.of(ours.getPublic().getEncoded());
        assertThat(((Fetch.Fetched) fetch).revision().signature()).isEqualTo(key);
        assertThat(hub.checks
                        .revision(source(ours), digest.toString())
                        .orElseThrow()
                        .signature())
                .isEqualTo(key);
        assertThat(hub.checks.lastGood(source(ours), LATEST).orElseThrow().signature())
                .isEqualTo(key);
        assertThat(hub.checks.verify(source(ours))).singleElement().satisfies(verdict -> {
            assertThat(verdict.commit()).isEqualTo(digest.toString());
            assertThat(verdict.signer()).contains(key);
        });
    }

    @Test
    void whatIsNotSignedIsToldUntilItIs() throws Exception {
        Digest good = push("a");
        sign(good, layer(ours, payload(artifacts.name(), good)));
        hub.check(source(ours), LATEST);
        push("b");
        refused(SourceReason.ARTIFACT_UNSIGNED);

        assertThat(hub.checks.verify(source(ours))).singleElement().satisfies(verdict -> assertThat(
                        verdict.flaw().orElseThrow().reason())
                .isEqualTo(SourceReason.ARTIFACT_UNSIGNED));
        assertThat(hub.checks.lastGood(source(ours), LATEST).orElseThrow().commit())
                .isEqualTo(good.toString());
    }

    @Test
    void findsSignaturesThatReferToTheArtifactWithOrWithoutTheHelpOfTheRegistry() throws Exception {
        for (boolean helps : new boolean[] {true, false}) {
            Digest digest = push("helped " + helps);
            Digest signature =
                    artifacts.push("any", REFERRER, List.of(layer(ours, payload(artifacts.name(), digest))), Map.of());
            byte[] index = ("{\"schemaVersion\":2,\"mediaType\":\"" + ImageManifest.OCI_INDEX
                            + "\",\"manifests\":[{\"mediaType\":\"" + ImageManifest.OCI + "\",\"digest\":\"" + signature
                            + "\",\"size\":1,\"artifactType\":\"" + REFERRER + "\"}]}")
                    .getBytes(UTF_8);
            if (helps) {
                registry.serve("/v2/deploy/shop/referrers/" + digest, ImageManifest.OCI_INDEX, index);
            } else {
                registry.put("deploy/shop", "sha256-" + digest.hex(), ImageManifest.OCI_INDEX, index);
            }
            assertThat(hub.check(source(ours), LATEST)).isInstanceOf(Fetch.Fetched.class);
        }
    }

    @Test
    void nonsenseBesideAGoodSignatureDoesNotHideIt() throws Exception {
        Digest digest = push("a");
        registry.serve("/v2/deploy/shop/referrers/" + digest, ImageManifest.OCI_INDEX, "nonsense".getBytes(UTF_8));
        assertThat(refused(SourceReason.ARTIFACT_SIGNER_UNKNOWN).detail()).contains("what stands for signatures");

        sign(digest, layer(ours, payload(artifacts.name(), digest)));
        assertThat(hub.check(source(ours), LATEST)).isInstanceOf(Fetch.Fetched.class);
    }

    @Test
    void refusesWhatIsNotSignedOrByNoneOfTheKeys() throws Exception {
        Digest digest = push("a");
        assertThat(refused(SourceReason.ARTIFACT_UNSIGNED).hint()).contains("cosign sign --key KEY");
        assertThat(registry.requests).noneMatch(asked -> asked.contains("/blobs/"));

        sign(digest, layer(theirs, payload(artifacts.name(), digest)));
        refused(SourceReason.ARTIFACT_SIGNER_UNKNOWN);
        String payload = payload(artifacts.name(), digest);
        sign(digest, layer(payload + " ", signature(ours, payload)));
        refused(SourceReason.ARTIFACT_SIGNER_UNKNOWN);
        sign(digest, layer(payload, "no signature"));
        refused(SourceReason.ARTIFACT_SIGNER_UNKNOWN);

        sign(digest, layer(ours, payload(artifacts.name(), digest)));
        assertThat(hub.check(source(ours), LATEST)).isInstanceOf(Fetch.Fetched.class);
    }

    @Test
    void refusesASignatureOfSomethingElse() throws Exception {
        Digest digest = push("a");
        sign(digest, layer(ours, payload(artifacts.name(), Digest.of("b".getBytes(UTF_8)))));
        assertThat(refused(SourceReason.ARTIFACT_SIGNATURE_MISMATCH).detail()).contains("is of another one: sha256:");
        sign(digest, layer(ours, "{}"));
        assertThat(refused(SourceReason.ARTIFACT_SIGNATURE_MISMATCH).detail()).contains("cannot be read");

        identity = Optional.of("registry.example.org/deploy/shop");
        sign(digest, layer(ours, payload("registry.example.org/deploy/other", digest)));
        assertThat(refused(SourceReason.ARTIFACT_SIGNATURE_MISMATCH).detail())
                .contains("is for \"registry.example.org/deploy/other\"");
        sign(digest, layer(ours, payload("registry.example.org/deploy/shop", digest)));
        assertThat(hub.check(source(ours), LATEST)).isInstanceOf(Fetch.Fetched.class);
    }

    @Test
    void anotherKeyBeginsAnew() throws Exception {
        Digest digest = push("a");
        sign(digest, layer(ours, payload(artifacts.name(), digest)));
        assertThat(hub.check(source(ours), LATEST)).isInstanceOf(Fetch.Fetched.class);

        assertThat(hub.failed(source(theirs), LATEST).reason()).isEqualTo(SourceReason.ARTIFACT_SIGNER_UNKNOWN);
        assertThat(hub.checks.tree(source(theirs), digest.toString())).isEmpty();
        assertThat(hub.check(source(theirs, ours), LATEST)).isInstanceOf(Fetch.Fetched.class);
    }
}
