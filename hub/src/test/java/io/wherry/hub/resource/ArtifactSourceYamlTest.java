package io.wherry.hub.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.YamlException;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code type: oci} with a {@code ref}, and the {@code ref} of stacks that take their files from there. */
class ArtifactSourceYamlTest {
    private static final String URL = "url: 'oci://r.example.org/deploy/shop'";

    @Test
    void aReferenceTellsArtifactsFromCharts() {
        Source artifacts = source("type: oci, " + URL + ", ref: {tag: stable}, interval: 1m");
        assertThat(artifacts.type()).isEqualTo(Source.Type.ARTIFACTS);
        assertThat(artifacts.type().holdsCharts()).isFalse();
        assertThat(artifacts.follows(Optional.empty())).isEqualTo(new Ref.OciTag("stable", false));
        assertThat(source("type: oci, " + URL).type()).isEqualTo(Source.Type.OCI);
        assertThat(source("type: oci, " + URL + ", ref: {tag: v1, pinned: true}")
                        .ref())
                .isEqualTo(new Ref.OciTag("v1", true));
        assertThat(source("type: oci, " + URL + ", ref: {digest: 'sha256:" + "a".repeat(64) + "'}")
                        .ref())
                .isEqualTo(new Ref.OciDigest("sha256:" + "a".repeat(64)));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        String pem = pem("secp256r1");
        for (String more : List.of(
                "ref: {tag: v1}",
                "ref: {tag: v1, pinned: true}, proxy: 'http://p:3128', suspend: true",
                "ref: {digest: 'sha256:" + "0".repeat(64) + "'}, webhook: {credentialRef: hook}",
                "ref: {tag: v1}, verify: {cosign: {publicKeys: [\"" + pem + "\"], identity: r.example.org/x}}")) {
            Source source = source("type: oci, " + URL + ", " + more);
            Json.Obj written = Json.object()
                    .put("apiVersion", "wherry.io/v1alpha1")
                    .put("kind", "Source")
                    .put("metadata", Json.object().put("name", "it").build())
                    .put("spec", source.spec())
                    .build();
            assertThat(ResourceYaml.parse("f.json", JsonWriter.canonical(written)))
                    .containsExactly(source);
        }
    }

    @Test
    void aStackSaysATagAndItsSourceSaysOfWhat() {
        Stack plain = (Stack) ResourceYaml.parse(
                        "f", text("Stack", "sourceRef: s, ref: {tag: v2}").getBytes(UTF_8))
                .getFirst();
        Stack pinned = (Stack) ResourceYaml.parse(
                        "f",
                        text("Stack", "sourceRef: s, ref: {tag: v2, pinned: true}")
                                .getBytes(UTF_8))
                .getFirst();
        Source registry = source("type: oci, " + URL + ", ref: {tag: v1}");
        Source git = source("type: git, url: 'https://h/p'");

        assertThat(registry.follows(plain.source().ref())).isEqualTo(new Ref.OciTag("v2", false));
        assertThat(registry.follows(pinned.source().ref())).isEqualTo(new Ref.OciTag("v2", true));
        assertThat(git.follows(plain.source().ref())).isEqualTo(new Ref.Tag("v2"));
        assertThat(git.follows(pinned.source().ref())).isEqualTo(new Ref.Tag("v2"));
    }

    @Test
    void refusesWhatBelongsElsewhere() throws Exception {
        refused(
                "type: oci, " + URL + ", ref: {branch: main}",
                "branch: belongs to type: git (write one of tag and digest)");
        refused("type: oci, " + URL + ", ref: {tag: a, commit: b}", "commit: belongs to type: git");
        refused("type: oci, " + URL + ", ref: {}", "ref: says nothing (write one of tag and digest)");
        refused("type: oci, " + URL + ", ref: {tag: 'a b'}", "tag: a b (expected: a tag of a registry");
        refused("type: oci, " + URL + ", ref: {digest: 'sha256:12'}", "digest: sha256:12 (expected: sha256: and 64");
        refused(
                "type: oci, " + URL + ", ref: {digest: 'sha256:" + "0".repeat(64) + "', pinned: true}",
                "ref.pinned: belongs to a tag");
        refused("type: git, url: 'https://h/p', ref: {tag: a, pinned: true}", "pinned: belongs to type: oci");
        refused("type: oci, url: 'oci://r.example.org/deploy/Shop', ref: {tag: a}", "the repository in lower case");
        refused(
                "type: oci, url: 'oci://r.example.org/deploy/shop:v1', ref: {tag: a}",
                "what of it is meant stands in ref");
        refused("type: oci, url: 'oci://registry/deploy/shop', ref: {tag: a}", "a host with its domain");
        refused("type: oci, url: 'https://r.example.org/shop', ref: {tag: a}", "oci://HOST/REPOSITORY with type: oci");
    }

    @Test
    void refusesSignersThatCannotBeJudged() throws Exception {
        String signed = "type: oci, " + URL + ", ref: {tag: a}, verify: ";
        refused(signed + "{}", "cosign is missing");
        refused(signed + "{cosign: {}}", "publicKeys: 0 keys (expected: 1 to 16)");
        refused(signed + "{cosign: {publicKeys: [x]}}", "one is no public key (expected: the whole of cosign.pub");
        refused(signed + "{cosign: {publicKeys: ['-----BEGIN ENCRYPTED PRIVATE KEY-----']}}", "one is a private key");
        refused(signed + "{cosign: {publicKeys: [\"" + pem("secp384r1") + "\"]}}", "on another curve");
        refused(signed + "{cosign: {keyless: {issuer: a}}}", "keyless signing, which is not in this version");
        refused(signed + "{commitSignatures: {}}", "belongs to type: git");
        refused("type: oci, " + URL + ", verify: {cosign: {}}", "verify: stands in the stack");
    }

    private static String pem(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return "-----BEGIN PUBLIC KEY-----\\n"
                + Base64.getEncoder()
                        .encodeToString(generator.generateKeyPair().getPublic().getEncoded())
                + "\\n-----END PUBLIC KEY-----\\n";
    }

    private static Source source(String spec) {
        return (Source) ResourceYaml.parse("f.yaml", text("Source", spec).getBytes(UTF_8))
                .getFirst();
    }

    private static void refused(String spec, String why) {
        YamlException e = catchThrowableOfType(
                YamlException.class,
                () -> ResourceYaml.parse("f.yaml", text("Source", spec).getBytes(UTF_8)));
        assertThat(e.problems().stream().map(Problem::toString)).as(spec).anyMatch(p -> p.contains(why));
    }

    private static String text(String kind, String spec) {
        return "apiVersion: wherry.io/v1alpha1\nkind: " + kind + "\nmetadata: {name: it}\nspec: {" + spec + "}\n";
    }
}
