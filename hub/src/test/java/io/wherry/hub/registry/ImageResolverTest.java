package io.wherry.hub.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Digest;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.registry.ImageReference;
import io.wherry.contract.registry.Login;
import io.wherry.contract.registry.RegistryException;
import io.wherry.contract.registry.RegistryTrust;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over real connections; what a registry may do wrong is done here. That a real one is read, an end-to-end test shows. */
class ImageResolverTest {
    private static final Platform AMD64 = Platform.parse("linux/amd64");
    private static final String BASIC = "Basic " + Base64.getEncoder().encodeToString("robot:secret".getBytes(UTF_8));

    private TestRegistry registry;
    private ImageResolver anonymous;

    @BeforeEach
    void start() throws IOException {
        registry = TestRegistry.start();
        anonymous = resolver(Optional.empty());
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private ImageResolver resolver(Optional<String> credential) throws IOException {
        return new ImageResolver(new RegistryClient(
                RegistryTrust.of(Optional.empty()),
                host -> host.equals(registry.host()) ? credential : Optional.empty()));
    }

    private String named(String rest) {
        return registry.host() + "/" + rest;
    }

    private void refused(String image, Platform platform, String... words) {
        assertThatThrownBy(() -> anonymous.resolve(image, platform))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.hint()).isNotBlank())
                .message()
                .contains(words);
    }

    @Test
    void aTagAndADigestMeanTheirManifestAndItsBlobs() throws IOException {
        Digest manifest = registry.image("team/web", "1.2", "linux/amd64");

        for (String name :
                List.of(named("team/web:1.2"), named("team/web@" + manifest), named("team/web:9@" + manifest))) {
            ImageResolver.Resolved image = anonymous.resolve(name, AMD64);

            assertThat(image.image().name()).isEqualTo(name);
            assertThat(image.image().manifest()).isEqualTo(manifest);
            Descriptor layer = image.manifest().layers().getFirst();
            try (InputStream in = anonymous.open(image, layer)) {
                assertThat(in.readAllBytes()).asString().isEqualTo("a layer of team/web1.2linux/amd64");
            }
        }
    }

    @Test
    void ofSeveralPlatformsItIsTheAgents() throws IOException {
        Digest amd = registry.image("web", "amd", "linux/amd64");
        Digest v6 = registry.image("web", "v6", "linux/arm");
        Digest v7 = registry.image("web", "v7", "linux/arm");
        registry.index("web", "1", Map.of("linux/amd64", amd, "linux/arm/v6", v6, "linux/arm/v7", v7));

        assertThat(anonymous.resolve(named("web:1"), AMD64).image().manifest()).isEqualTo(amd);
        assertThat(anonymous
                        .resolve(named("web:1"), Platform.parse("linux/arm/v7"))
                        .image()
                        .manifest())
                .isEqualTo(v7);
        assertThat(anonymous
                        .resolve(named("web:1"), Platform.parse("linux/arm/v6"))
                        .image()
                        .manifest())
                .isEqualTo(v6);
        refused(
                named("web:1"),
                Platform.parse("linux/arm64"),
                "there is none for linux/arm64, but for ",
                "linux/amd64");
        refused(named("web:amd"), Platform.parse("linux/arm64"), "is for linux/amd64", "linux/arm64");
    }

    @Test
    void aTagHasTheDigestOfItsIndexOrElseOfItsManifest() throws IOException {
        Digest manifest = registry.image("web", "1", "linux/amd64");
        Digest index = registry.index("web", "all", Map.of("linux/amd64", manifest));

        assertThat(anonymous.digest(named("web:1"))).isEqualTo(manifest);
        assertThat(anonymous.digest(named("web:all"))).isEqualTo(index);
        registry.image("web", "latest", "linux/arm64");
        assertThat(anonymous.digest(named("web"))).isEqualTo(anonymous.digest(named("web:latest")));
    }

    @Test
    void aDigestOfWhatIsNoImageOrIsCalledAnotherIsNotTaken() {
        registry.put("web", "chart", "application/vnd.cncf.helm.chart", "{\"mediaType\":\"x\"}".getBytes(UTF_8));
        registry.index("web", "empty", Map.of());
        registry.image("web", "1", "linux/amd64");

        undigested(named("web:chart"), "its manifest cannot be read", "mediaType");
        undigested(named("web:empty"), "its manifest cannot be read", "manifests");
        undigested(named("web:2"), "the registry does not have it");
        registry.claims = Digest.of(new byte[0]).toString();
        undigested(named("web:1"), "the registry gave sha256:", "and called it " + registry.claims);
    }

    private void undigested(String image, String... words) {
        assertThatThrownBy(() -> anonymous.digest(image))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.hint()).isNotBlank())
                .message()
                .contains(words);
    }

    @Test
    void aRegistryThatAsksForAPasswordGetsItsOwn() throws IOException {
        registry.image("web", "1", "linux/amd64");
        registry.asks = Optional.of(new TestRegistry.Asks("Basic realm=\"registry\"", BASIC));

        refused(named("web:1"), AMD64, "401", "the hub has no credential for it");
        assertThat(resolver(Optional.of(BASIC))
                        .resolve(named("web:1"), AMD64)
                        .image()
                        .name())
                .isEqualTo(named("web:1"));
    }

    @Test
    void aCredentialIsChangedIntoATokenAtANeighbour() throws IOException {
        registry.image("web", "1", "linux/amd64");
        String realm = "http://" + registry.host() + "/token";
        registry.asks = Optional.of(new TestRegistry.Asks(
                "Bearer realm=\"" + realm + "\",service=\"registry\",scope=\"repository:web:pull\"",
                "Bearer day-pass"));

        resolver(Optional.of(BASIC)).resolve(named("web:1"), AMD64);

        assertThat(registry.requests)
                .contains(registry.host() + "/token " + BASIC)
                .contains(registry.host() + "/v2/web/manifests/1 Bearer day-pass");
    }

    @Test
    void noCredentialGoesToAnotherHost() throws IOException {
        registry.image("web", "1", "linux/amd64");
        registry.asks = Optional.of(new TestRegistry.Asks(
                "Bearer realm=\"" + registry.elsewhere() + "/token\",service=\"registry\"", "Bearer day-pass"));
        registry.blobsAt = registry.elsewhere();

        ImageResolver resolver = resolver(Optional.of(BASIC));
        ImageResolver.Resolved image = resolver.resolve(named("web:1"), AMD64);
        resolver.open(image, image.manifest().layers().getFirst()).close();

        assertThat(registry.requests.stream().filter(request -> request.startsWith(TestRegistry.ELSEWHERE)))
                .hasSizeGreaterThan(2)
                .allMatch(request -> request.endsWith(" -"));
    }

    @Test
    void whatIsNotWhatItsDigestSaysIsRefused() throws IOException {
        Digest manifest = registry.image("web", "1", "linux/amd64");
        ImageResolver.Resolved image = anonymous.resolve(named("web:1"), AMD64);
        Descriptor layer = image.manifest().layers().getFirst();
        registry.spoil("/blobs/" + layer.digest());
        assertThatThrownBy(() -> {
                    try (InputStream in = anonymous.open(image, layer)) {
                        in.readAllBytes();
                    }
                })
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("another one in the registry than its name says");
        registry.spoil("/manifests/" + manifest);
        refused(named("web@" + manifest), AMD64, "the registry gave sha256:", manifest.toString());
    }

    @Test
    void whatIsNoImageOrNotThereIsRefused() {
        registry.put("web", "chart", "application/vnd.cncf.helm.chart", "{\"mediaType\":\"x\"}".getBytes(UTF_8));
        refused(named("web:chart"), AMD64, "its manifest cannot be read", "mediaType");
        refused(named("web:2"), AMD64, "the registry does not have it");
        refused("Web:2", AMD64, "is no image name");
        registry.close();
        refused(named("web:1"), AMD64, "registry " + registry.host() + ": cannot be reached");
        registry = TestRegistry.start();
    }

    @Test
    void noRedirectLeadsOutOfTls() {
        registry.image("web", "1", "linux/amd64");
        registry.blobsAt = "http://images.example.org";
        refused(named("web:1"), AMD64, "is redirected to http://images.example.org (expected: https)");
        registry.blobsAt = "https://user:pass@example.org:1";
        refused(named("web:1"), AMD64, "registry " + registry.host());
    }

    @Test
    void namesAreReadAsEnginesReadThem() {
        assertThat(ImageReference.parse("nginx"))
                .isEqualTo(new ImageReference("docker.io", "library/nginx", "latest", Optional.empty()));
        assertThat(ImageReference.parse("team/web:1").repository()).isEqualTo("team/web");
        assertThat(ImageReference.parse("localhost/web").registry()).isEqualTo("localhost");
        assertThat(ImageReference.parse("r.example.org:5000/a/b:1").tag()).isEqualTo("1");
        assertThat(ImageReference.parse("nginx").host()).isEqualTo("registry-1.docker.io");
    }

    @Test
    void housesAreToldApart() {
        assertThat(Login.isNeighbour("registry-1.docker.io", "auth.docker.io")).isTrue();
        assertThat(Login.isNeighbour("registry.gitlab.com", "gitlab.com")).isTrue();
        assertThat(Login.isNeighbour("ghcr.io", "evil.io")).isFalse();
        assertThat(Login.isNeighbour("registry.example.org", "registry.example.org.evil.net"))
                .isFalse();
        assertThat(Login.isNeighbour("10.0.0.1", "10.0.0.2")).isFalse();
    }

    @Test
    void anAuthoritysFileIsReadAtTheStart() {
        assertThatThrownBy(() -> RegistryTrust.of(Optional.of(Path.of("/nowhere/ca.pem"))))
                .hasMessageContaining("/nowhere/ca.pem");
    }
}
