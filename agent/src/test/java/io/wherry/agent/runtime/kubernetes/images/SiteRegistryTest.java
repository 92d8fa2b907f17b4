package io.wherry.agent.runtime.kubernetes.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.LoadableImage;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.contract.Digest;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.BundleFileWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteRegistryTest {
    private final LoopbackRegistry server = LoopbackRegistry.start();
    private final List<Duration> pauses = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        server.close();
    }

    private SiteRegistry registry() {
        return new SiteRegistry(server.place(), pauses::add);
    }

    @Test
    void anImageKeepsPathAndTagAndWhatIsThereIsNotSentAgain() {
        LoadableImage web = Carried.image("web:1");
        assertThat(registry().has(web.image())).isFalse();

        registry().load(web);

        assertThat(server.taken)
                .containsExactly(
                        "blob library/web",
                        "blob library/web",
                        "manifest library/web " + web.image().manifest(),
                        "manifest library/web 1");
        assertThat(server.contents.get("library/web/manifests/1")).isEqualTo(web.bytes());
        assertThat(registry().has(web.image())).isTrue();

        server.taken.clear();
        registry().load(web);
        assertThat(server.taken).isEmpty();

        LoadableImage next = Carried.image("docker.io/library/web:2"); // of the same configuration
        registry().load(next);
        assertThat(server.taken)
                .containsExactly(
                        "blob library/web",
                        "manifest library/web " + next.image().manifest(),
                        "manifest library/web 2");
        assertThat(registry().has(Carried.image("docker.io/library/web:1").image()))
                .as("another image than that of this tag")
                .isFalse();
    }

    @Test
    void aPinnedImageLiesByItsDigestAndBelowThePathOfTheSite() {
        byte[] config = "{}".getBytes(UTF_8);
        byte[] layer = "a layer".getBytes(UTF_8);
        BundleFileWriter.Source parts =
                digest -> new ByteArrayInputStream(digest.equals(Digest.of(layer)) ? layer : config);
        Digest manifest = Carried.image("any:1", config, layer, parts).image().manifest();
        LoadableImage pinned = Carried.image("ghcr.io/team/web@" + manifest, config, layer, parts);
        SiteRegistry registry = new SiteRegistry(RegistryPlace.parse("http://" + server.host() + "/carried"));

        registry.load(pinned);

        assertThat(server.taken)
                .containsExactly(
                        "blob carried/team/web", "blob carried/team/web", "manifest carried/team/web " + manifest);
        assertThat(registry.has(pinned.image())).isTrue();
    }

    @Test
    void aDigestOfAnIndexIsRefusedBeforeAnythingIsSentUnlessTheRegistryHasIt() {
        Digest index = Digest.of("an index".getBytes(UTF_8));
        LoadableImage image = Carried.image("ghcr.io/team/web@" + index);

        refused(
                image,
                RuntimeReason.SITE_REGISTRY_UNUSABLE,
                "index for several platforms",
                "pin that one, " + image.image().manifest());
        assertThat(server.taken).isEmpty();

        server.contents.put("team/web/manifests/" + index, "an index".getBytes(UTF_8));
        registry().load(image);
        assertThat(server.taken).isEmpty();
    }

    @Test
    void twoImagesOfOnePlaceAreRefused() {
        LoadableImage one = Carried.image("ghcr.io/team/web:1");
        LoadableImage other = Carried.image("quay.io/team/web:1");
        refused(
                new LoadableImage(
                        one.image(), one.manifest(), one.bytes(), one.parts(), List.of(one.image(), other.image())),
                RuntimeReason.UNSUPPORTED_FIELD,
                "images ghcr.io/team/web:1 and quay.io/team/web:1",
                server.host() + "/team/web:1");
        assertThat(server.taken).isEmpty();
    }

    @Test
    void aBusyRegistryIsAskedAgainAfterTheTimeThatItSays() {
        server.retryAfter = "7";
        server.writes.add(429);
        server.writes.add(201);
        server.writes.add(503);
        registry().load(Carried.image("web:1"));
        assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7));
        assertThat(registry().has(Carried.image("web:1").image())).isTrue();
    }

    @Test
    void whatStaysBusyOrAsksForTooLongIsTold() {
        server.always = 429;
        refused(Carried.image("web:1"), RuntimeReason.REGISTRY_BUSY, "answered 429", "what is there stays");
        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
        pauses.clear();
        server.retryAfter = "3600";
        refused(Carried.image("web:1"), RuntimeReason.REGISTRY_BUSY, "answered 429");
        assertThat(pauses).isEmpty();
    }

    @Test
    void aRegistryThatDiesInTheMiddleGetsTheBlobAnew() {
        server.writes.add(201);
        server.writes.add(0);
        registry().load(Carried.image("web:1"));
        assertThat(server.taken).hasSize(4);
        assertThat(pauses).hasSize(1);
    }

    @Test
    void aRegistryThatHasSomethingElseAfterwardsIsNotBelieved() {
        server.claims = Digest.of("another".getBytes(UTF_8)).toString();
        refused(
                Carried.image("web:1"),
                RuntimeReason.SITE_REGISTRY_UNUSABLE,
                "the registry took sha256:",
                "and now has " + server.claims);
    }

    @Test
    void aBlobThatIsAnotherOneIsNotTakenAndIsNoFaultOfTheRegistry() {
        LoadableImage image = Carried.image("web:1");
        LoadableImage damaged = new LoadableImage(
                image.image(),
                image.manifest(),
                image.bytes(),
                _ -> {
                    throw new BundleFileException("blob: damaged");
                },
                image.among());
        assertThatThrownBy(() -> registry().load(damaged))
                .isInstanceOf(BundleFileException.class)
                .hasMessage("blob: damaged");
    }

    @Test
    void oneThatIsNotThereIsNamed() throws IOException {
        try (Socket silent = new Socket()) { // has its port and does not listen: whoever connects is refused
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String host = "127.0.0.1:" + silent.getLocalPort();
            SiteRegistry registry = new SiteRegistry(RegistryPlace.parse("http://" + host), pauses::add);
            refused(
                    registry,
                    Carried.image("web:1"),
                    RuntimeReason.SITE_REGISTRY_UNUSABLE,
                    "registry " + host + ": cannot be reached",
                    "does it run");
            assertThat(pauses).isEmpty();
        }
    }

    @Test
    void theLoginIsShownToItsRegistryAloneAndNeverTold() throws IOException {
        server.wants = "Basic " + Base64.getEncoder().encodeToString("robot:canary".getBytes(UTF_8));
        refused(Carried.image("web:1"), RuntimeReason.RUNTIME_FORBIDDEN, "401", "kubernetes.imagesRegistryLoginFile");

        Path login = login("{\"auths\":{\"" + server.host() + "\":{\"username\":\"robot\",\"password\":\"canary\"}}}");
        SiteRegistry registry =
                new SiteRegistry(server.place().with(Optional.empty(), Optional.of(login)), pauses::add);
        registry.load(Carried.image("web:1"));
        assertThat(registry.has(Carried.image("web:1").image())).isTrue();

        server.wants = "Basic of another";
        refused(
                registry,
                Carried.image("web:2"),
                RuntimeReason.RUNTIME_FORBIDDEN,
                "401",
                "are user and password right");
        login("{\"auths\":{\"other.example.org\":{\"username\":\"robot\",\"password\":\"canary\"}}}");
        refused(
                registry,
                Carried.image("web:2"),
                RuntimeReason.SITE_REGISTRY_UNUSABLE,
                "has no login for " + server.host());
        login("{\"auths\":{canary");
        refused(registry, Carried.image("web:2"), RuntimeReason.SITE_REGISTRY_UNUSABLE, login + ": no JSON");
        Files.setPosixFilePermissions(login, PosixFilePermissions.fromString("rw-r--r--"));
        refused(registry, Carried.image("web:2"), RuntimeReason.SITE_REGISTRY_UNUSABLE, "lets others read a secret");
    }

    @Test
    void aRegistryThatWantsTokensIsGivenThemForEachThingThatItWantsThemFor() throws IOException {
        server.known = "Basic " + Base64.getEncoder().encodeToString("robot:canary".getBytes(UTF_8));
        Path login = login("{\"auths\":{\"" + server.host() + "\":{\"username\":\"robot\",\"password\":\"canary\"}}}");
        SiteRegistry registry =
                new SiteRegistry(server.place().with(Optional.empty(), Optional.of(login)), pauses::add);
        registry.load(Carried.image("web:1"));
        assertThat(server.taken).hasSize(4);
        assertThat(registry.has(Carried.image("web:1").image())).isTrue();

        server.saysScope = false;
        registry.load(Carried.image("other:1"));
        assertThat(registry.has(Carried.image("other:1").image())).isTrue();
        assertThat(pauses).isEmpty();

        server.tokens.add(503);
        registry.load(Carried.image("web:3"));
        assertThat(pauses).hasSize(1);

        server.known = "Basic of another";
        refused(
                registry,
                Carried.image("web:4"),
                RuntimeReason.RUNTIME_FORBIDDEN,
                "gave no token for library/web (401)",
                "is the login of",
                "may it pull and push");
    }

    @Test
    void whetherItTakesAPushIsFoundOutWithoutLeavingAnything() {
        assertThat(registry().check()).isEqualTo(server.host() + " answers, and takes a push to library/wherry-probe");
        assertThat(server.contents).isEmpty();
        server.always = 403;
        assertThatThrownBy(() -> registry().check())
                .isInstanceOfSatisfying(RuntimeUnavailable.class, e -> assertThat(e.reason())
                        .isEqualTo(RuntimeReason.RUNTIME_FORBIDDEN));
    }

    private Path login(String content) throws IOException {
        Path file = folder.resolve("auth.json");
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private void refused(LoadableImage image, RuntimeReason reason, String... words) {
        refused(registry(), image, reason, words);
    }

    private static void refused(SiteRegistry registry, LoadableImage image, RuntimeReason reason, String... words) {
        assertThatThrownBy(() -> registry.load(image)).isInstanceOfSatisfying(RuntimeUnavailable.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e).hasMessageContaining(image.image().name());
            assertThat(e.getMessage()).contains(words).doesNotContain("canary");
        });
    }
}
