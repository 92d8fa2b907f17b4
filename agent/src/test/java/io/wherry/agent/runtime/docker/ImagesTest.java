package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.RegistryLogins;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.base.Secret;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From where images are pulled, with which login, and what they are called then. That a real engine and registry do so, an end-to-end test shows. */
class ImagesTest {
    private static final StackId STACK = StackId.parse("0123456789abcdefghjkmnpqrs");
    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final RegistryMirrors MIRRORS = RegistryMirrors.parse("docker.io=mirror.example.org:5000/hub");

    private final Pullable engine = new Pullable();

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

    private void refused(Images images, String image, String... words) {
        assertThatThrownBy(() -> images.obtain(service(image, "")))
                .isInstanceOfSatisfying(
                        ImageException.class,
                        e -> assertThat(e.detail()).contains("service/web").contains(words));
    }

    private Images images(RegistryMirrors mirrors, RegistryLogins logins) {
        DockerSettings settings = new DockerSettings(
                URI.create("unix:///nowhere.sock"), Models.OWNER, new byte[16], mirrors, logins, Path.of("/proc"));
        return new Images(new DockerApi(engine), settings, STACK);
    }

    private static ComposeService service(String image, String more) {
        return Models.wanted(1, "{'services': {'web': {'image': '" + image + "'" + more + "}}}")
                .model()
                .service("web");
    }

    /** An engine that has nothing but images, and registries that have what a test says. */
    private static final class Pullable implements Engine {
        private final Map<String, String> registry = new HashMap<>();
        private final Map<String, String> names = new TreeMap<>();
        private final Set<String> digests = new HashSet<>();
        private final List<String> pulls = new ArrayList<>();
        private final List<Optional<Secret>> logins = new ArrayList<>();
        private final List<Call> calls = new ArrayList<>();
        private boolean lies;

        @Override
        public byte[] call(Call call) {
            calls.add(call);
            String path = URLDecoder.decode(call.path(), UTF_8);
            if (path.startsWith("/images/create?fromImage=")) {
                return pull(path.substring("/images/create?fromImage=".length()), call.login());
            }
            String name = path.replaceFirst("/images/", "").replaceFirst("/json$|/tag\\?.*|\\?noprune=1$", "");
            if (call.method().equals("GET")) {
                return inspect(name);
            }
            if (call.method().equals("DELETE")) {
                names.remove(name);
                return new byte[0];
            }
            names.put(path.replaceFirst(".*repo=", "").replace("&tag=", ":"), name);
            return new byte[0];
        }

        private byte[] pull(String reference, Optional<Secret> login) {
            pulls.add(reference);
            logins.add(login);
            String id = registry.get(reference);
            if (id == null) {
                return "{\"error\":\"manifest unknown\"}".getBytes(UTF_8);
            }
            names.put(reference, id);
            if (reference.contains("@") && !lies) {
                digests.add(reference);
            }
            return new byte[0];
        }

        private byte[] inspect(String name) {
            String id = names.get(name);
            if (id == null) {
                throw new EngineException(404, "No such image: " + name, "GET");
            }
            return JsonWriter.compact(Json.object()
                            .put("Id", id)
                            .put("RepoDigests", List.copyOf(digests))
                            .build())
                    .getBytes(UTF_8);
        }

        @Override
        public byte[] load(InputStream archive, Duration limit) {
            throw new EngineException(500, "nothing is loaded here", "POST");
        }

        @Override
        public ApiVersion version() {
            return ApiVersion.NEWEST;
        }

        @Override
        public void close() {}
    }
}
