package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.wherry.agent.runtime.BroughtImage;
import io.wherry.agent.runtime.RegistryLogins;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.base.Secret;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From where images are pulled, with which login, and what they are called then. That a real engine and registry do so, an end-to-end test shows. */
class ImagesTest {
    private static final StackId STACK = StackId.parse("0123456789abcdefghjkmnpqrs");
    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final RegistryMirrors MIRRORS = RegistryMirrors.parse("docker.io=mirror.example.org:5000/hub");

    private final ImageEngine engine = new ImageEngine();
    private final ListedImages ledger = new ListedImages();

    @Test
    void aTagComesFromTheMirrorAndKeepsItsName() {
        engine.registry.put("mirror.example.org:5000/hub/library/nginx:1", "sha256:one");

        assertThat(images(MIRRORS, RegistryLogins.NONE).obtain(service("nginx:1", "")))
                .isEqualTo("sha256:one");

        assertThat(engine.names).containsOnly(Map.entry("nginx:1", "sha256:one"));
        assertThat(engine.pulls).containsExactly("mirror.example.org:5000/hub/library/nginx:1");
    }

    @Test
    void aDigestComesFromTheMirrorAndIsFoundAgainByIt() {
        engine.registry.put("mirror.example.org:5000/hub/team/web@" + DIGEST, "sha256:one");
        Images images = images(MIRRORS, RegistryLogins.NONE);

        assertThat(images.obtain(service("team/web:1@" + DIGEST, ""))).isEqualTo("sha256:one");
        assertThat(images.obtain(service("team/web:1@" + DIGEST, ""))).isEqualTo("sha256:one");

        assertThat(engine.pulls).hasSize(1);
        assertThat(engine.names).containsOnlyKeys("team/web:sha256-" + "a".repeat(64));
    }

    @Test
    void anotherImageThanTheDigestSaysIsRefused() {
        engine.registry.put("mirror.example.org:5000/hub/team/web@" + DIGEST, "sha256:other");
        engine.lies = true;

        refused(images(MIRRORS, RegistryLogins.NONE), "team/web@" + DIGEST, "the mirror gave another image");
        assertThat(engine.names.keySet()).noneMatch(name -> name.startsWith("team/web"));
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64, true",
        "linux/arm64, linux/arm64/v8, true",
        "linux/arm64/v8, linux/arm64, true",
        "linux/arm/v7, linux/arm/v6, false",
        "linux/arm64, linux/amd64, false",
        "windows/amd64, linux/amd64, false"
    })
    void anImageFitsAPlatformWhoseVariantItDoesNotContradict(String wanted, String has, boolean fits) {
        assertThat(Images.fits(wanted, has)).isEqualTo(fits);
    }

    @Test
    void otherRegistriesAreAskedThemselves() {
        engine.registry.put("registry.example.org/web:1", "sha256:one");

        images(MIRRORS, RegistryLogins.NONE).obtain(service("registry.example.org/web:1", ""));

        assertThat(engine.pulls).containsExactly("registry.example.org/web:1");
    }

    @Test
    void whatAMirrorHasNotIsNotAskedForElsewhere() {
        engine.registry.put("nginx:1", "sha256:one");

        refused(
                images(MIRRORS, RegistryLogins.NONE),
                "nginx:1",
                "image nginx:1 could not be pulled from mirror.example.org:5000/hub/library/nginx:1 (registryMirror of docker.io)",
                "docker pull mirror.example.org:5000/hub/library/nginx:1");
        assertThat(engine.pulls).hasSize(1);
    }

    @Test
    void aLoginGoesWithThePullFromItsRegistryAndWithNoOther() {
        engine.registry.put("mirror.example.org:5000/hub/library/nginx:1", "sha256:one");
        engine.registry.put("registry.example.org/web:1", "sha256:two");
        List<String> asked = new ArrayList<>();
        RegistryLogins logins = (stack, registry) -> {
            asked.add(registry);
            return stack.equals(STACK) && registry.equals("mirror.example.org:5000")
                    ? Optional.of(new RegistryLogin(registry, "robot", Secret.of("canary-password")))
                    : Optional.empty();
        };
        Images images = images(MIRRORS, logins);

        images.obtain(service("nginx:1", ""));
        images.obtain(service("registry.example.org/web:1", ""));
        images.obtain(service("nginx:1", "")); // is there: nobody is asked

        assertThat(asked).containsExactly("mirror.example.org:5000", "registry.example.org");
        assertThat(engine.logins).hasSize(2);
        Json.Obj shown = JsonReader.object(Base64.getUrlDecoder()
                .decode(engine.logins.getFirst().orElseThrow().reveal()));
        assertThat(shown.string("username")).isEqualTo("robot");
        assertThat(shown.string("password")).isEqualTo("canary-password");
        assertThat(shown.string("serveraddress")).isEqualTo("mirror.example.org:5000");
        assertThat(engine.logins.getLast()).isEmpty();
        assertThat(engine.calls.toString()).contains("***").doesNotContain("canary-password");
    }

    @Test
    void aLoginThatDoesNotOpenIsNamedAndNothingIsPulled() {
        RegistryLogins logins = (stack, registry) -> {
            throw new RuntimeUnavailable(RuntimeReason.SECRET_UNREADABLE, "login harbor: does not open", null);
        };

        assertThatThrownBy(() -> images(RegistryMirrors.NONE, logins).obtain(service("nginx:1", "")))
                .isInstanceOfSatisfying(ImageException.class, e -> {
                    assertThat(e.reason()).isEqualTo(RuntimeReason.SECRET_UNREADABLE);
                    assertThat(e.detail()).contains("service/web", "nginx:1", "login harbor: does not open");
                });
        assertThat(engine.pulls).isEmpty();
    }

    @Test
    void namesOfImagesAreTakenApartAsEnginesDo() {
        assertThat(ImageName.parse("nginx").registry()).isEqualTo("docker.io");
        assertThat(ImageName.parse("nginx").path()).isEqualTo("library/nginx");
        assertThat(ImageName.parse("docker.io/nginx:1").path()).isEqualTo("library/nginx");
        assertThat(ImageName.parse("team/web").path()).isEqualTo("team/web");
        assertThat(ImageName.parse("localhost/web").registry()).isEqualTo("localhost");
        assertThat(ImageName.parse("r.example.org:5000/a/b:1").registry()).isEqualTo("r.example.org:5000");
        assertThat(ImageName.parse("r.example.org:5000/a/b:1").path()).isEqualTo("a/b");
    }

    @Test
    void aPullThatCannotFitIsBrokenOffAndSaysWhatItNeedsAndWhatIsFree() throws IOException {
        engine.registry.put("nginx:1", "sha256:one");
        engine.info = onThisDisk();
        engine.progress.add("{'status':'Pulling fs layer','progressDetail':{},'id':'aa'}");
        engine.progress.add("{'status':'Downloading','progressDetail':{'current':1,'total':%d},'id':'aa'}"
                .formatted(Files.getFileStore(Path.of("/proc/self/cwd")).getTotalSpace()));
        engine.progress.replaceAll(line -> line.replace('\'', '"'));

        assertThatThrownBy(
                        () -> images(RegistryMirrors.NONE, RegistryLogins.NONE).obtain(service("nginx:1", "")))
                .isInstanceOfSatisfying(ImageException.class, e -> {
                    assertThat(e.reason()).isEqualTo(RuntimeReason.DISK_FULL);
                    assertThat(e.detail())
                            .contains("service/web: image nginx:1 does not fit", "needs at least", "MiB are free at")
                            .contains("What runs keeps running", "docker system df");
                });
        assertThat(engine.pulls).isEmpty();
    }

    @Test
    void whereTheDiskIsNotSeenFromHereTheEngineSaysWhetherItIsFull() throws IOException {
        engine.registry.put("nginx:1", "sha256:one");
        engine.progress.add("{\"status\":\"Downloading\",\"progressDetail\":{\"total\":%d},\"id\":\"aa\"}"
                .formatted(Long.MAX_VALUE));
        engine.error = "write /var/lib/docker/tmp/GetImageBlob1: no space left on device";

        for (Json.Obj elsewhere : List.of(Json.object().build(), onAnotherMachine(), inContainerd())) {
            engine.info = elsewhere;
            assertThatThrownBy(() ->
                            images(RegistryMirrors.NONE, RegistryLogins.NONE).obtain(service("nginx:1", "")))
                    .isInstanceOfSatisfying(ImageException.class, e -> {
                        assertThat(e.reason()).isEqualTo(RuntimeReason.DISK_FULL);
                        assertThat(e.detail())
                                .contains("no space left on device", "The engine's disk is full", "docker system df");
                    });
        }
        engine.error = "";
        assertThat(images(RegistryMirrors.NONE, RegistryLogins.NONE).obtain(service("nginx:1", "")))
                .isEqualTo("sha256:one");
    }

    private static Json.Obj onThisDisk() throws IOException {
        return Json.object()
                .put("DockerRootDir", "/proc/self/cwd")
                .put(
                        "KernelVersion",
                        Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip())
                .build();
    }

    private static Json.Obj onAnotherMachine() {
        return Json.object()
                .put("DockerRootDir", "/proc/self/cwd")
                .put("KernelVersion", "0.0-another")
                .build();
    }

    private static Json.Obj inContainerd() throws IOException {
        return Json.object()
                .put("DockerRootDir", "/proc/self/cwd")
                .put("KernelVersion", onThisDisk().string("KernelVersion"))
                .put(
                        "DriverStatus",
                        new Json.Arr(List.of(new Json.Arr(
                                List.of(new Json.Str("driver-type"), new Json.Str("io.containerd.snapshotter.v1"))))))
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "daily, 1970-01-02T00:00:00Z, 0",
        "daily, 1970-01-01T23:59:59Z, 1",
        "weekly, 1970-01-01T23:59:59Z, 0",
        "every_1d1s, 1970-01-01T23:59:59Z, 0",
        "every_1d, 1970-01-01T23:59:59.999+00:00, 1",
        "every_1d, 0001-01-01T00:00:00Z, 1",
        "refresh, 0001-01-01T00:00:00Z, 0"
    })
    void anImageIsPulledAgainWhenItsTagIsOlderThanThePolicyAllows(String policy, String tagged, int pulls) {
        engine.names.put("shop:1", "sha256:old");
        engine.tagged.put("shop:1", tagged);
        engine.registry.put("shop:1", "sha256:new");
        Images images = new Images(
                new DockerApi(engine),
                new Pulling(RegistryMirrors.NONE, RegistryLogins.NONE, ledger, Pulling.Keep.DEFAULT),
                STACK,
                InstantSource.fixed(Instant.parse("1970-01-03T00:00:00Z")));

        String id = images.obtain(service("shop:1", ", 'pull_policy': '" + policy + "'"));

        assertThat(engine.pulls).hasSize(pulls);
        assertThat(id).isEqualTo(pulls == 0 ? "sha256:old" : "sha256:new");
    }

    @Test
    void whatHasADigestIsNeverTooOld() {
        engine.registry.put("shop@" + DIGEST, "sha256:one");
        Images images = images(RegistryMirrors.NONE, RegistryLogins.NONE);

        images.obtain(service("shop@" + DIGEST, ", 'pull_policy': 'every_1s'"));
        images.obtain(service("shop@" + DIGEST, ", 'pull_policy': 'every_1s'"));

        assertThat(engine.pulls).hasSize(1);
    }

    @Test
    void whatIsPulledIsNotedBeforeAndWhatWasThereIsNotOurs() {
        engine.registry.put("shop:1", "sha256:one");
        engine.names.put("old:1", "sha256:old");
        engine.registry.put("old:1", "sha256:old");
        Images images = images(RegistryMirrors.NONE, RegistryLogins.NONE);

        engine.beforePull = () -> assertThat(ledger.all())
                .extracting(BroughtImage::name, BroughtImage::id)
                .containsExactly(tuple("shop:1", ""));
        images.obtain(service("shop:1", ""));
        engine.beforePull = () -> {};
        images.obtain(service("old:1", ", 'pull_policy': 'always'"));
        assertThatThrownBy(() -> images.obtain(service("none:1", ""))).isInstanceOf(ImageException.class);

        assertThat(ledger.all())
                .extracting(BroughtImage::name, BroughtImage::id)
                .containsExactly(tuple("shop:1", "sha256:one"));
    }

    private void refused(Images images, String image, String... words) {
        assertThatThrownBy(() -> images.obtain(service(image, "")))
                .isInstanceOfSatisfying(
                        ImageException.class,
                        e -> assertThat(e.detail()).contains("service/web").contains(words));
    }

    private Images images(RegistryMirrors mirrors, RegistryLogins logins) {
        return new Images(
                new DockerApi(engine),
                new Pulling(mirrors, logins, ledger, Pulling.Keep.DEFAULT),
                STACK,
                InstantSource.fixed(Instant.EPOCH));
    }

    private static ComposeService service(String image, String more) {
        return Models.wanted(1, "{'services': {'web': {'image': '" + image + "'" + more + "}}}")
                .model()
                .service("web");
    }
}
