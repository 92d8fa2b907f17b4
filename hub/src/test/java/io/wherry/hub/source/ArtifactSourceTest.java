package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.hub.registry.OpenRegistries;
import io.wherry.hub.registry.TestArtifacts;
import io.wherry.hub.registry.TestRegistry;
import io.wherry.hub.render.kubernetes.TestTar;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source of artifacts: what of it becomes files, what a tag that moves does, and what a registry may do to it. */
class ArtifactSourceTest {
    private static final Ref LATEST = new Ref.OciTag("latest", false);
    private static final Ref PINNED = new Ref.OciTag("latest", true);
    private static final Map<String, String> SHOP =
            Map.of("shop/compose.yaml", "services: {}\n", "other/notes.txt", "one\n");

    @TempDir
    Path folder;

    private final TestRegistry registry = TestRegistry.start();
    private final TestArtifacts artifacts = new TestArtifacts(registry, "deploy/shop");
    private SourceHarness hub;

    @BeforeEach
    void start() {
        hub = SourceHarness.in(folder);
    }

    @AfterEach
    void stop() {
        hub.close();
        registry.close();
    }

    private GitSource source() {
        return source("shop", artifacts.url(), Optional.empty(), Duration.ofMinutes(2));
    }

    private static GitSource source(String name, String url, Optional<String> credential, Duration timeout) {
        return new GitSource(
                "uid-" + name,
                name,
                new Source.Repository(Source.Type.ARTIFACTS, url, credential, Optional.empty(), Optional.empty()),
                timeout);
    }

    private Fetch.Fetched fetched(Ref ref) {
        Fetch fetch = hub.check(source(), ref);
        assertThat(fetch).isInstanceOf(Fetch.Fetched.class);
        return (Fetch.Fetched) fetch;
    }

    private static String text(SourceTree tree, String path) {
        return new String(tree.file(path).orElseThrow().content(), UTF_8);
    }

    @Test
    void takesTheFilesAsFluxPushesThemAndWhatItSaysOfItself() {
        Digest digest = artifacts.flux("latest", SHOP);

        Fetch.Fetched first = fetched(LATEST);

        assertThat(text(first.tree(), "shop/compose.yaml")).isEqualTo("services: {}\n");
        assertThat(first.tree().list("")).contains(List.of("other/", "shop/"));
        assertThat(first.revision())
                .isEqualTo(new Revision(
                        digest.toString(),
                        "",
                        "",
                        Instant.parse("2026-05-01T10:00:00Z"),
                        "says it is main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872 of"
                                + " https://git.example.org/team/shop.git",
                        List.of(),
                        "unchecked"));
        assertThat(hub.checks.revision(source(), digest.toString())).contains(first.revision());
        assertThat(hub.checks.merged(source(), Optional.empty(), digest.toString(), SourceChecks.CHANGE_KEY))
                .extracting(Merged::revision)
                .containsExactly(first.revision());
    }

    @Test
    void takesAFolderAndFilesAsOrasPushesThem() {
        artifacts.folder(
                "latest",
                "shop",
                TestArtifacts.tar(Map.of("shop/compose.yaml", "a"))
                        .mode("0000755")
                        .file("shop/run.sh", "b")
                        .entry("shop/empty", '5', new byte[0])
                        .file("shop/.git/config", "of a clone"));
        GitTree tree = fetched(LATEST).tree();
        assertThat(tree.list("shop")).contains(List.of("compose.yaml", "run.sh"));
        assertThat(tree.file("shop/run.sh").orElseThrow().executable()).isTrue();
        assertThat(tree.file("shop/compose.yaml").orElseThrow().executable()).isFalse();

        artifacts.folder(
                "latest", ".", new TestTar().entry(".", '5', new byte[0]).file("compose.yaml", "of the top"));
        assertThat(text(fetched(LATEST).tree(), "compose.yaml")).isEqualTo("of the top");

        artifacts.files("latest", Map.of("compose.yaml", "c", "conf/web.env", "A=1"));
        tree = fetched(LATEST).tree();
        assertThat(text(tree, "conf/web.env")).isEqualTo("A=1");

        artifacts.one(
                "latest",
                "application/vnd.oci.empty.v1+json",
                TestArtifacts.TAR,
                TestArtifacts.tar(SHOP).plain());
        assertThat(text(fetched(LATEST).tree(), "other/notes.txt")).isEqualTo("one\n");
    }

    @Test
    void aCheckThatFindsNothingNewAsksForOneHeadAlone() {
        artifacts.flux("latest", SHOP);
        fetched(LATEST);
        registry.requests.clear();

        assertThat(hub.check(source(), LATEST)).isInstanceOf(Fetch.Unchanged.class);

        assertThat(registry.requests).hasSize(1).first().asString().contains("/manifests/latest");
    }

    @Test
    void aTagThatMovesIsFollowedAndWhatWasNotReadMovesNothing() {
        artifacts.flux("latest", SHOP);
        GitTree first = fetched(LATEST).tree();
        text(first, "shop/compose.yaml");

        artifacts.flux("latest", Map.of("shop/compose.yaml", "services: {}\n", "other/notes.txt", "two\n"));
        assertThat(fetched(LATEST).tree().stillMatches(first.readSet())).isTrue();

        artifacts.flux("latest", Map.of("shop/compose.yaml", "services: {a: {}}\n"));
        assertThat(fetched(LATEST).tree().stillMatches(first.readSet())).isFalse();
    }

    @Test
    void aPinnedTagThatMovesWaitsForAPerson() {
        Digest before = artifacts.flux("latest", SHOP);
        fetched(PINNED);
        Digest after = artifacts.flux("latest", Map.of("shop/compose.yaml", "other"));

        Fetch.Failed moved = hub.failed(source(), PINNED);
        assertThat(moved.reason()).isEqualTo(SourceReason.TAG_MOVED);
        assertThat(moved.detail()).contains(before.toString(), after.toString());
        assertThat(registry.requests).noneMatch(asked -> asked.contains("/manifests/" + after));
        assertThat(hub.checks.status("uid-shop").orElseThrow().refs().getFirst().pending())
                .contains(after.toString());

        List<SourceChecks.Accepted> accepted = hub.db.write(handle -> hub.checks.accept(handle, "uid-shop"));
        assertThat(accepted)
                .containsExactly(new SourceChecks.Accepted(PINNED, Optional.of(before.toString()), after.toString()));
        assertThat(text(fetched(PINNED).tree(), "shop/compose.yaml")).isEqualTo("other");
    }

    @Test
    void aDigestIsHadWhateverTheTagsMean() {
        Digest wanted = artifacts.flux("latest", SHOP);
        artifacts.flux("latest", Map.of("a", "b"));

        assertThat(text(fetched(new Ref.OciDigest(wanted.toString())).tree(), "other/notes.txt"))
                .isEqualTo("one\n");

        registry.close();
        assertThat(hub.check(source(), new Ref.OciDigest(wanted.toString()))).isInstanceOf(Fetch.Unchanged.class);
    }

    @Test
    void whatIsHereOutlivesTheHubAndTheRegistry() {
        Digest digest = artifacts.flux("latest", SHOP);
        fetched(LATEST);
        registry.close();
        hub.close();
        hub = SourceHarness.in(folder);

        assertThat(hub.failed(source(), LATEST).reason()).isEqualTo(SourceReason.SERVER_UNREACHABLE);
        assertThat(text(hub.checks.tree(source(), digest.toString()).orElseThrow(), "other/notes.txt"))
                .isEqualTo("one\n");
    }

    @Test
    void sourcesOfTheSameRepositoryShareAnAnswer() {
        artifacts.flux("latest", SHOP);
        fetched(LATEST);
        registry.requests.clear();

        GitSource other = source("other", artifacts.url(), Optional.empty(), Duration.ofMinutes(2));
        assertThat(hub.checks
                        .check(other, Set.of(LATEST), SourceHarness.INTERVAL, false)
                        .get(LATEST))
                .isInstanceOf(Fetch.Fetched.class);
        assertThat(registry.requests).isEmpty();
    }

    @Test
    void aClosedRegistryIsShownTheCredentialThatTheSourceNames() {
        artifacts.flux("latest", SHOP);
        registry.wants(OpenRegistries.READER);
        Fetch.Failed closed = hub.failed(source(), LATEST);
        assertThat(closed.reason()).isEqualTo(SourceReason.UNAUTHORISED);
        assertThat(closed.hint()).contains("wherry credential create NAME", "credentialRef of source shop");

        GitSource named = source("named", artifacts.url(), Optional.of("reader"), Duration.ofMinutes(2));
        assertThat(hub.check(named, LATEST)).isInstanceOf(Fetch.Fetched.class);

        GitSource missing = source("missing", artifacts.url(), Optional.of("nobody"), Duration.ofMinutes(2));
        Fetch.Failed none = hub.failed(missing, LATEST);
        assertThat(none.reason()).isEqualTo(SourceReason.UNAUTHORISED);
        assertThat(none.detail()).contains("credential nobody: there is none");
    }

    @Test
    void aCredentialIsTriedWithoutAnythingBeingFetched() {
        registry.wants(OpenRegistries.READER);
        GitSource named = source("named", artifacts.url(), Optional.of("reader"), Duration.ofMinutes(2));
        GitSource nobody = source("nobody", artifacts.url(), Optional.empty(), Duration.ofMinutes(2));

        assertThat(hub.checks.probe(named)).isEmpty();
        assertThat(hub.checks.probe(nobody).orElseThrow().reason()).isEqualTo(SourceReason.UNAUTHORISED);
    }

    @Test
    void aRegistryThatWantsToBeLeftAloneIsLeftAlone() {
        artifacts.flux("latest", SHOP);
        registry.failsWith = 429;
        registry.retryAfter = "120";
        assertThat(hub.failed(source(), LATEST).reason()).isEqualTo(SourceReason.TOO_MANY_REQUESTS);
        registry.failsWith = 0;
        registry.requests.clear();

        hub.now = hub.now.plusSeconds(119);
        Fetch.Failed quiet = hub.failed(source(), LATEST);
        assertThat(quiet.reason()).isEqualTo(SourceReason.TOO_MANY_REQUESTS);
        assertThat(quiet.detail()).contains("is not asked before 2026-06-01T12:02:00Z");
        assertThat(registry.requests).isEmpty();

        hub.now = hub.now.plusSeconds(2);
        fetched(LATEST);
    }

    @Test
    void whatTheRegistryDoesNotHaveIsSaidByName() {
        artifacts.flux("latest", SHOP);
        Fetch.Failed noTag = hub.failed(source(), new Ref.OciTag("v9", false));
        assertThat(noTag.reason()).isEqualTo(SourceReason.TAG_NOT_FOUND);
        assertThat(noTag.detail()).contains(artifacts.name() + " has no tag \"v9\"");

        Ref digest = new Ref.OciDigest("sha256:" + "0".repeat(64));
        assertThat(hub.failed(source(), digest).reason()).isEqualTo(SourceReason.DIGEST_NOT_FOUND);
        assertThat(hub.failed(source(), new Ref.Branch("main")).reason()).isEqualTo(SourceReason.BRANCH_NOT_FOUND);
        assertThat(hub.failed(source(), new Ref.Commit("0".repeat(40))).reason())
                .isEqualTo(SourceReason.COMMIT_NOT_FOUND);
        assertThat(hub.check(source(), LATEST)).isInstanceOf(Fetch.Fetched.class);
    }

    @Test
    void aHostThatIsNotThereIsSoughtInTheSource() {
        GitSource nowhere =
                source("nowhere", "oci://registry.invalid/deploy/shop", Optional.empty(), Duration.ofMinutes(2));

        Fetch.Failed failed = hub.failed(nowhere, LATEST);

        assertThat(failed.reason()).isEqualTo(SourceReason.SERVER_UNREACHABLE);
        assertThat(failed.hint()).isEqualTo("check url of the source");
    }

    @Test
    void aRegistryThatLiesOrFailsChangesNothing() {
        Digest digest = artifacts.flux("latest", SHOP);
        registry.claims = "sha256:" + "1".repeat(64);
        assertThat(hub.failed(source(), LATEST).reason()).isEqualTo(SourceReason.DIGEST_NOT_FOUND);
        registry.claims = "";
        registry.failsWith = 500;
        assertThat(hub.failed(source(), LATEST).reason()).isEqualTo(SourceReason.SERVER_FAILED);
        registry.failsWith = 0;
        registry.spoil("/blobs/");
        Fetch.Failed spoiled = hub.failed(source(), LATEST);
        assertThat(spoiled.reason()).isEqualTo(SourceReason.SERVER_FAILED);
        assertThat(spoiled.detail())
                .as("a blob belongs to no tag")
                .contains("deploy/shop@sha256:", "is another one in the registry than its name says");
        assertThat(hub.checks.revision(source(), digest.toString())).isEmpty();
    }

    @Test
    void aRegistryThatHangsIsWaitedForAsLongAsTheSourceSays() {
        artifacts.flux("latest", SHOP);
        registry.hangs = true;

        GitSource impatient = source("shop", artifacts.url(), Optional.empty(), Duration.ofSeconds(1));
        assertThat(hub.failed(impatient, LATEST).reason()).isEqualTo(SourceReason.SERVER_TIMED_OUT);

        registry.hangs = false;
        fetched(LATEST);
    }
}
