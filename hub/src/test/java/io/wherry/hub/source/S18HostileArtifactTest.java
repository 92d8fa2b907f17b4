package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.file.ImageManifest;
import io.wherry.hub.registry.TestArtifacts;
import io.wherry.hub.registry.TestRegistry;
import io.wherry.hub.render.kubernetes.TestTar;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Artifacts that nobody should push: each is refused by name, and the last good one stays. */
class S18HostileArtifactTest {
    private static final Ref LATEST = new Ref.OciTag("latest", false);
    private static final String NOTHING = "application/vnd.oci.empty.v1+json";

    @TempDir
    Path folder;

    private final TestRegistry registry = TestRegistry.start();
    private final TestArtifacts artifacts = new TestArtifacts(registry, "deploy/shop");
    private SourceHarness hub;

    @BeforeEach
    void start() {
        hub = SourceHarness.in(folder);
        good = artifacts.flux("latest", Map.of("compose.yaml", "services: {}\n"));
        hub.fetched(source(), LATEST);
    }

    private Digest good = Digest.of(new byte[0]);

    @AfterEach
    void stop() {
        hub.close();
        registry.close();
    }

    private GitSource source() {
        return new GitSource(
                "uid-shop",
                "shop",
                new Source.Repository(
                        Source.Type.ARTIFACTS, artifacts.url(), Optional.empty(), Optional.empty(), Optional.empty()),
                Duration.ofMinutes(2));
    }

    private void refused(SourceReason reason, String why) {
        Fetch.Failed failed = hub.failed(source(), LATEST);
        assertThat(failed.detail()).contains(why);
        assertThat(failed.reason()).isEqualTo(reason);
        assertThat(hub.checks.status("uid-shop").orElseThrow().refs().getFirst().commit())
                .contains(good.toString());
    }

    private void tar(TestTar tar, String why) {
        artifacts.one("latest", NOTHING, TestArtifacts.TAR_GZIP, tar.gz());
        refused(SourceReason.ARTIFACT_REFUSED, why);
    }

    @Test
    void refusesWhatIsSomethingElseThanFiles() {
        registry.image("deploy/shop", "latest", "linux/amd64");
        refused(SourceReason.NOT_AN_ARTIFACT, "has a layer of type application/octet-stream");
        artifacts.one("latest", "application/vnd.oci.image.config.v1+json", TestArtifacts.TAR_GZIP, new TestTar().gz());
        refused(SourceReason.NOT_AN_ARTIFACT, "is a container image");
        artifacts.one("latest", "application/vnd.cncf.helm.config.v1+json", TestArtifacts.TAR_GZIP, new byte[1]);
        refused(SourceReason.NOT_AN_ARTIFACT, "is a Helm chart (helm.chartFrom of a stack takes those)");
        artifacts.one("latest", NOTHING, TestArtifacts.TAR + "+zstd", new byte[1]);
        refused(SourceReason.NOT_AN_ARTIFACT, "has a layer of type application/vnd.oci.image.layer.v1.tar+zstd");
        registry.index("deploy/shop", "latest", Map.of("linux/amd64", good));
        refused(SourceReason.NOT_AN_ARTIFACT, "an index of images");
        registry.put("deploy/shop", "latest", ImageManifest.OCI, "no JSON".getBytes(UTF_8));
        refused(SourceReason.NOT_AN_ARTIFACT, "something whose manifest cannot be read");
        String layer = artifacts.layer(
                TestArtifacts.TAR_GZIP, new TestTar().file("a", "").gz(), Map.of());
        artifacts.push("latest", NOTHING, List.of(layer, layer), Map.of());
        refused(SourceReason.NOT_AN_ARTIFACT, "has 2 layers, and not each of them says");
    }

    @Test
    void anEmptyArtifactIsNotTakenForOneThatWantsEverythingDeleted() {
        artifacts.one("latest", NOTHING, TestArtifacts.TAR_GZIP, new TestTar().gz());
        refused(SourceReason.ARTIFACT_EMPTY, "holds no file");
        artifacts.one("latest", NOTHING, NOTHING, "{}".getBytes(UTF_8));
        refused(SourceReason.ARTIFACT_EMPTY, "holds no file");
        artifacts.one(
                "latest",
                NOTHING,
                TestArtifacts.TAR_GZIP,
                new TestTar().entry("shop", '5', new byte[0]).gz());
        refused(SourceReason.ARTIFACT_EMPTY, "holds no file");
    }

    @Test
    void refusesPathsThatLeadElsewhereAndWhatIsNeitherFileNorFolder() {
        for (String path : new String[] {"/etc/passwd", "../a", "a/../../b", "a//b", "a\\b", "C:/a"}) {
            tar(new TestTar().file(path, "x"), "whose path could lead elsewhere");
        }
        tar(new TestTar().link("a", '2'), "holds a link: \"a\"");
        tar(new TestTar().link("a", '1'), "holds a link: \"a\"");
        tar(new TestTar().link("a", '3'), "neither file nor folder: \"a\"");
        tar(new TestTar().file("a", "1").file("a", "2"), "holds \"a\" twice");
        tar(new TestTar().file("a", "1").file("a/b", "2"), "holds \"a\" twice");
        tar(new TestTar().file("a/b", "1").file("a", "2"), "holds \"a\" twice");
        tar(new TestTar().file("a", "1").entry("a/", '5', new byte[0]), "holds \"a/\" twice");
        artifacts.files("latest", Map.of("../compose.yaml", "x"));
        refused(SourceReason.ARTIFACT_REFUSED, "\"../compose.yaml\", whose path could lead elsewhere");
    }

    @Test
    void refusesBombsAndWhatIsBroken() {
        tar(new TestTar().header("a", '0', 1L << 32), "of 4294967296 bytes (at most 16777216)");
        TestTar large = new TestTar();
        for (int i = 0; i < 5; i++) {
            large.entry("a" + i, '0', new byte[TreeFile.MAX_BYTES]);
        }
        tar(large, "unpacks to more than 64 MiB");
        TestTar many = new TestTar();
        for (int i = 0; i <= ArtifactContent.MAX_ENTRIES; i++) {
            many.file("f" + i, "");
        }
        tar(many, "holds more than 10000 files and folders");
        byte[] whole = new TestTar().file("a", "b").gz();
        artifacts.one("latest", NOTHING, TestArtifacts.TAR_GZIP, Arrays.copyOf(whole, whole.length / 2));
        refused(SourceReason.ARTIFACT_REFUSED, "cannot be unpacked");
        artifacts.one("latest", NOTHING, TestArtifacts.TAR_GZIP, "no gzip".getBytes(UTF_8));
        refused(SourceReason.ARTIFACT_REFUSED, "cannot be unpacked");
        String huge = TestArtifacts.descriptor(TestArtifacts.TAR_GZIP, good, 17 << 20, Map.of());
        artifacts.push("latest", NOTHING, List.of(huge), Map.of());
        refused(SourceReason.TOO_LARGE, "has 17825792 bytes, above the limit of 16777216");
    }

    @Test
    void whatWasRefusedOnceIsNotFetchedAgain() {
        tar(new TestTar().link("a", '2'), "holds a link");
        registry.requests.clear();

        refused(SourceReason.ARTIFACT_REFUSED, "holds a link");

        assertThat(registry.requests).noneMatch(asked -> asked.contains("/blobs/"));
    }
}
