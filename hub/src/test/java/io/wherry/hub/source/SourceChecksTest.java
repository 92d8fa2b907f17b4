package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.resource.Ref;
import io.wherry.hub.source.OriginRepository.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceChecksTest {
    private static final Ref MAIN = SourceHarness.MAIN;

    @TempDir
    Path temporary;

    private SourceHarness hub;
    private OriginRepository origin;
    private GitSource source;

    @BeforeEach
    void start() {
        hub = SourceHarness.in(temporary);
        origin = OriginRepository.create(temporary.resolve("shop.git"));
        source = hub.source(origin);
    }

    @AfterEach
    void stop() {
        origin.close();
        hub.close();
    }

    @Test
    void fetchesABranchAndThenOnlyWhatMoved() {
        String first = origin.commit("main", "compose.yaml", "one");

        Fetch.Fetched fetched = (Fetch.Fetched) hub.check(source, MAIN);
        assertThat(fetched.revision().commit()).isEqualTo(first);
        assertThat(fetched.revision().author()).isEqualTo("Ada <ada@example.org>");
        assertThat(fetched.revision().subject()).isEqualTo("SHOP-1 write compose.yaml");
        assertThat(fetched.tree().file("compose.yaml").orElseThrow().content()).isEqualTo("one".getBytes(UTF_8));
        assertThat(hub.check(source, MAIN)).isEqualTo(new Fetch.Unchanged(fetched.revision()));

        String second = origin.commit("main", "compose.yaml", "two");
        Fetch.Fetched next = (Fetch.Fetched) hub.check(source, MAIN);
        assertThat(next.revision().commit()).isEqualTo(second);
        assertThat(next.revision().parents()).containsExactly(first);
        assertThat(hub.checks.tree(source, first).orElseThrow().file("compose.yaml"))
                .isPresent();
    }

    @Test
    void resolvesAnnotatedAndLightweightTagsToTheCommit() {
        String commit = origin.commit("main", "compose.yaml", "one");
        origin.tag("light", commit);
        origin.annotatedTag("v1.0", commit);

        Map<Ref, Fetch> fetches = hub.checks.check(
                source, Set.of(new Ref.Tag("light"), new Ref.Tag("v1.0")), SourceHarness.INTERVAL, true);

        assertThat(fetches.values())
                .allSatisfy(fetch ->
                        assertThat(((Fetch.Fetched) fetch).revision().commit()).isEqualTo(commit));
    }

    @Test
    void holdsATagThatMovedUntilAPersonAccepts() {
        Ref tag = new Ref.Tag("v1.0");
        String first = origin.commit("main", "compose.yaml", "one");
        origin.annotatedTag("v1.0", first);
        hub.fetched(source, tag);
        String second = origin.commit("main", "compose.yaml", "two");
        origin.annotatedTag("v1.0", second);

        for (int i = 0; i < 2; i++) {
            Fetch.Failed moved = hub.failed(source, tag);
            assertThat(moved.reason()).isEqualTo(SourceReason.TAG_MOVED);
            assertThat(moved.detail()).contains(first.substring(0, 12), second.substring(0, 12), "SHOP-2");
            assertThat(moved.hint()).contains("wherry source accept shop");
        }
        List<SourceChecks.Accepted> accepted = hub.db.write(handle -> hub.checks.accept(handle, source.id()));

        assertThat(accepted).containsExactly(new SourceChecks.Accepted(tag, Optional.of(first), second));
        assertThat(hub.fetched(source, tag).file("compose.yaml").orElseThrow().content())
                .isEqualTo("two".getBytes(UTF_8));
        List<SourceChecks.Accepted> again = hub.db.write(handle -> hub.checks.accept(handle, source.id()));
        assertThat(again).isEmpty();
    }

    @Test
    void takesATagThatWasPutBackWithoutAsking() {
        Ref tag = new Ref.Tag("v1.0");
        String first = origin.commit("main", "compose.yaml", "one");
        origin.tag("v1.0", first);
        hub.fetched(source, tag);
        origin.tag("v1.0", origin.commit("main", "compose.yaml", "two"));
        hub.failed(source, tag);
        origin.tag("v1.0", first);

        assertThat(hub.check(source, tag)).isInstanceOf(Fetch.Unchanged.class);
        assertThat(hub.checks
                        .status(source.id())
                        .orElseThrow()
                        .refs()
                        .getFirst()
                        .pending())
                .isEmpty();
    }

    @Test
    void holdsABranchThatLostTheDeployedCommitUntilAPersonAccepts() {
        String base = origin.commit("main", "compose.yaml", "base");
        String deployed = origin.commit("main", "compose.yaml", "deployed");
        hub.fetched(source, MAIN);
        hub.checks.deployed(source, MAIN, Map.of("stack-1", deployed));
        origin.point("refs/heads/main", ObjectId.fromString(base));
        String other = origin.commit("main", "compose.yaml", "other");

        Fetch.Failed rewritten = hub.failed(source, MAIN);
        assertThat(rewritten.reason()).isEqualTo(SourceReason.HISTORY_REWRITTEN);
        assertThat(rewritten.detail()).contains(deployed.substring(0, 12), other.substring(0, 12));
        assertThat(hub.checks.tree(source, deployed))
                .as("what was deployed stays readable")
                .isPresent();
        hub.db.write(handle -> hub.checks.accept(handle, source.id()));
        hub.fetched(source, MAIN);

        String onTop = origin.commit("main", "compose.yaml", "on top");
        assertThat(((Fetch.Fetched) hub.check(source, MAIN)).revision().commit())
                .isEqualTo(onTop);
        origin.point("refs/heads/main", ObjectId.fromString(base));
        assertThat(hub.failed(source, MAIN).reason())
                .as("what was accepted must stay from now on")
                .isEqualTo(SourceReason.HISTORY_REWRITTEN);
    }

    @Test
    void followsABranchRewrittenBehindWhatWasDeployed() {
        String deployed = origin.commit("main", "compose.yaml", "deployed");
        hub.fetched(source, MAIN);
        hub.checks.deployed(source, MAIN, Map.of("stack-1", deployed));
        origin.commit("main", "compose.yaml", "a mistake");
        hub.fetched(source, MAIN);
        origin.point("refs/heads/main", ObjectId.fromString(deployed));
        String better = origin.commit("main", "compose.yaml", "better");

        assertThat(((Fetch.Fetched) hub.check(source, MAIN)).revision().commit())
                .isEqualTo(better);
    }

    @Test
    void pinsACommitAlsoOneThatIsNoLongerTheTip() {
        String pinned = origin.commit("main", "compose.yaml", "one");
        origin.commit("main", "compose.yaml", "two");
        Ref ref = new Ref.Commit(pinned);

        assertThat(hub.fetched(source, ref).file("compose.yaml").orElseThrow().content())
                .isEqualTo("one".getBytes(UTF_8));
        origin.delete("refs/heads/main");
        assertThat(hub.check(source, ref))
                .as("what is here needs nobody's answer")
                .isInstanceOf(Fetch.Unchanged.class);
    }

    @Test
    void namesTheNearestBranchAndSaysWhatIsMissing() {
        assertThat(hub.failed(source, MAIN).reason()).isEqualTo(SourceReason.REPOSITORY_EMPTY);
        origin.commit("main", "compose.yaml", "one");

        Fetch.Failed branch = hub.failed(source, new Ref.Branch("mian"));
        assertThat(branch.reason()).isEqualTo(SourceReason.BRANCH_NOT_FOUND);
        assertThat(branch.detail()).contains("mian");
        assertThat(branch.hint()).contains("did you mean \"main\"");
        assertThat(hub.failed(source, new Ref.Tag("v9")).reason()).isEqualTo(SourceReason.TAG_NOT_FOUND);
        assertThat(hub.failed(source, new Ref.Commit("ab".repeat(20))).reason())
                .isEqualTo(SourceReason.COMMIT_NOT_FOUND);
        assertThat(hub.failed(SourceHarness.source("gone", temporary + "/gone.git"), MAIN)
                        .reason())
                .isEqualTo(SourceReason.REPOSITORY_NOT_FOUND);
    }

    @Test
    void oneMissingBranchHoldsBackNoOther() {
        origin.commit("main", "compose.yaml", "one");
        Ref gone = new Ref.Branch("gone");

        Map<Ref, Fetch> fetches = hub.checks.check(source, Set.of(MAIN, gone), SourceHarness.INTERVAL, true);

        assertThat(fetches.get(MAIN)).isInstanceOf(Fetch.Fetched.class);
        assertThat(fetches.get(gone)).isInstanceOf(Fetch.Failed.class);
    }

    @Test
    void branchesNamedLikeFoldersOfEachOtherDoNotCollide() {
        origin.commit("feature", "compose.yaml", "one");
        hub.fetched(source, new Ref.Branch("feature"));
        origin.delete("refs/heads/feature");
        origin.commit("feature/deep", "compose.yaml", "two");

        hub.fetched(source, new Ref.Branch("feature/deep"));
    }

    @Test
    void keepsTheLastGoodStateWhenTheRepositoryVanishes() throws IOException {
        String good = origin.commit("main", "compose.yaml", "one");
        hub.fetched(source, MAIN);
        Files.move(origin.folder(), temporary.resolve("moved.git"));

        for (int missed = 1; missed <= 3; missed++) {
            hub.failed(source, MAIN);
            SourceStatus status = hub.checks.status(source.id()).orElseThrow();
            assertThat(status.failures()).isEqualTo(missed);
            assertThat(status.stalled(hub.now, SourceHarness.INTERVAL)).isEqualTo(missed == 3);
        }

        assertThat(hub.checks.tree(source, good).orElseThrow().file("compose.yaml"))
                .isPresent();
        assertThat(hub.checks
                        .status(source.id())
                        .orElseThrow()
                        .refs()
                        .getFirst()
                        .commit())
                .hasValue(good);
        Files.move(temporary.resolve("moved.git"), origin.folder());
        assertThat(hub.check(source, MAIN)).isInstanceOf(Fetch.Unchanged.class);
        assertThat(hub.checks.status(source.id()).orElseThrow().failures()).isZero();
    }

    @Test
    void listsWhatWasMergedBetweenTwoCommitsWithItsChangeKeys() {
        String from = origin.commit("main", "compose.yaml", "one");
        ObjectId tree = origin.tree(Map.of("compose.yaml", origin.file("two")));
        String middle = origin.commit("main", tree, "PAY-7 and SHOP-12, again PAY-7\n\nRefs: OPS-1");
        String to = origin.commit("main", "compose.yaml", "three");
        hub.fetched(source, MAIN);

        List<Merged> merged = hub.checks.merged(source, Optional.of(from), to, SourceChecks.CHANGE_KEY);

        assertThat(merged).extracting(each -> each.revision().commit()).containsExactly(to, middle);
        assertThat(merged.get(1).changeKeys()).containsExactly("PAY-7", "SHOP-12", "OPS-1");
        assertThat(hub.checks.merged(source, Optional.empty(), to, SourceChecks.CHANGE_KEY))
                .hasSize(1);
    }

    @Test
    void keepsABoundedHistoryAndWhatWasDeployedBeyondIt() {
        hub.close();
        hub = new SourceHarness(temporary, new GitLimits(5, 1 << 20, 1 << 20, 1_000, 1 << 30), GitCredentials.NONE);
        String old = origin.commit("main", "compose.yaml", "0");
        String deployed = origin.commit("main", "compose.yaml", "1");
        hub.fetched(source, MAIN);
        hub.checks.deployed(source, MAIN, Map.of("stack-1", deployed));
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 4; i++) {
                origin.commit("main", Map.of("compose.yaml", origin.file(round + "." + i)), "more");
            }
            hub.fetched(source, MAIN);
        }

        assertThat(hub.checks.tree(source, deployed).orElseThrow().file("compose.yaml"))
                .isPresent();
        OriginRepository late = OriginRepository.create(temporary.resolve("late.git"));
        for (int i = 0; i < 20; i++) {
            old = i == 3 ? late.commit("main", "f", "3") : old;
            late.commit("main", "f", "n" + i);
        }
        GitSource second = SourceHarness.source("late", late.folder().toString());
        hub.fetched(second, MAIN);
        assertThat(hub.checks.tree(second, old)).as("beyond the window").isEmpty();
        late.close();
    }

    /** JGit's two sides of the protocol's first version lose each other over more than 64 commits, where a depth is asked for. */
    @Test
    void followsALongHistoryAndFurtherBranchesOfIt() {
        String middle = "";
        for (int i = 0; i < 100; i++) {
            String commit = origin.commit("main", "compose.yaml", "n" + i);
            middle = i == 50 ? commit : middle;
        }
        hub.fetched(source, MAIN);
        for (int i = 0; i < 3; i++) {
            String newest = origin.commit("main", "compose.yaml", "m" + i);
            assertThat(((Fetch.Fetched) hub.check(source, MAIN)).revision().commit())
                    .isEqualTo(newest);
        }
        origin.point("refs/heads/other", ObjectId.fromString(middle));
        String other = origin.commit("other", "compose.yaml", "other");

        assertThat(((Fetch.Fetched) hub.check(source, new Ref.Branch("other")))
                        .revision()
                        .commit())
                .isEqualTo(other);
    }

    @Test
    void aMergeOfWhatLiesBeyondTheHistoryComesWithAllThatItNeeds() throws IOException {
        hub.close();
        hub = new SourceHarness(temporary, new GitLimits(5, 1 << 20, 1 << 20, 1_000, 1 << 30), GitCredentials.NONE);
        String old = "";
        for (int i = 0; i < 20; i++) {
            String commit = origin.commit("main", "compose.yaml", "n" + i);
            old = i == 3 ? commit : old;
        }
        hub.fetched(source, MAIN);
        origin.point("refs/heads/old", ObjectId.fromString(old));
        String side = origin.commit("old", "beside.yaml", "beside");
        String merge = origin.merge("main", side);

        Fetch.Fetched merged = (Fetch.Fetched) hub.check(source, MAIN);

        assertThat(merged.revision().commit()).isEqualTo(merge);
        assertThat(merged.revision().parents()).contains(side);
        assertThat(hub.checks.tree(source, side).orElseThrow().file("beside.yaml"))
                .isPresent();
    }

    @Test
    void aHistoryThatTookThePlaceOfOursIsCutWhereItIsTooLarge() {
        hub.close();
        hub = new SourceHarness(temporary, new GitLimits(5, 1 << 20, 1 << 20, 40, 1 << 30), GitCredentials.NONE);
        origin.commit("main", "compose.yaml", "ours");
        hub.fetched(source, MAIN);
        ObjectId parent = null;
        for (int i = 0; i < 40; i++) { // three objects each
            parent = origin.unattached(
                    origin.tree(Map.of("compose.yaml", origin.file("theirs " + i))), parent, "theirs " + i);
        }
        origin.point("refs/heads/main", java.util.Objects.requireNonNull(parent));

        assertThat(((Fetch.Fetched) hub.check(source, MAIN)).revision().commit())
                .isEqualTo(parent.name());
    }

    @Test
    void fetchesAnewWhatWasLost() throws IOException {
        String commit = deployedThenHarmed(Files::delete);

        assertThat(hub.check(source, MAIN)).isInstanceOf(Fetch.Unchanged.class);
        assertThat(hub.checks.tree(source, commit).orElseThrow().file("compose.yaml"))
                .isPresent();
    }

    @Test
    void fetchesAnewWhatWasDamaged() throws IOException {
        String commit = deployedThenHarmed(pack -> Files.write(pack, new byte[Math.toIntExact(Files.size(pack))]));
        origin.commit("main", "compose.yaml", "two");

        Fetch first = hub.check(source, MAIN);
        if (first instanceof Fetch.Failed failed) {
            assertThat(failed.reason()).as(failed.detail()).isEqualTo(SourceReason.MIRROR_FAILED);
            hub.fetched(source, MAIN);
        }
        assertThat(hub.checks.tree(source, commit).orElseThrow().file("compose.yaml"))
                .isPresent();
    }

    private interface Harm {
        void to(Path file) throws IOException;
    }

    private String deployedThenHarmed(Harm harm) throws IOException {
        String commit = origin.commit("main", "compose.yaml", "one");
        hub.fetched(source, MAIN);
        hub.checks.deployed(source, MAIN, Map.of("stack-1", commit));
        hub.close();
        try (var packs = Files.list(temporary.resolve("mirrors/" + GitMirrors.key(source) + "/objects/pack"))) {
            for (Path pack : packs.toList()) {
                pack.toFile().setWritable(true);
                harm.to(pack);
            }
        }
        hub = SourceHarness.in(temporary);
        return commit;
    }

    @Test
    void survivesLocksLeftByAProcessThatDied() throws IOException {
        origin.commit("main", "compose.yaml", "one");
        hub.fetched(source, MAIN);
        hub.close();
        Path mirror = temporary.resolve("mirrors/" + GitMirrors.key(source));
        Files.writeString(mirror.resolve("shallow.lock"), "");
        Files.writeString(mirror.resolve("packed-refs.lock"), "");
        Files.writeString(mirror.resolve("refs/wherry/heads/main.lock"), "");
        hub = SourceHarness.in(temporary);
        origin.commit("main", "compose.yaml", "two");

        hub.fetched(source, MAIN);
    }

    @Test
    void oneListingServesAllSourcesOfARepositoryInOneInterval() {
        origin.commit("main", "compose.yaml", "one");
        GitSource twin = SourceHarness.source("twin", source.url());
        hub.checks.check(source, Set.of(MAIN), SourceHarness.INTERVAL, false);
        origin.commit("main", "compose.yaml", "two");

        assertThat(scheduled(twin)).as("the same window").startsWith("SHOP-1");
        hub.now = hub.now.plus(SourceHarness.INTERVAL);
        assertThat(scheduled(twin)).as("the next window").startsWith("SHOP-2");
    }

    private String scheduled(GitSource due) {
        Fetch fetch = hub.checks
                .check(due, Set.of(MAIN), SourceHarness.INTERVAL, false)
                .get(MAIN);
        return fetch instanceof Fetch.Fetched fetched ? fetched.revision().subject() : String.valueOf(fetch);
    }

    @Test
    void aChangeMovesExactlyTheReadSetsThatSawIt() {
        Map<String, Node> files = new java.util.TreeMap<>(Map.of(
                "base/common.env", origin.file("A=1"),
                "a/compose.yaml", origin.file("a"),
                "b/compose.yaml", origin.file("b")));
        origin.commit("main", files, "first");
        GitTree tree = hub.fetched(source, MAIN);
        GitTree a = tree.fresh();
        a.file("a/compose.yaml");
        a.file("a/.env");
        GitTree b = tree.fresh();
        b.file("b/compose.yaml");
        b.file("base/common.env");
        b.list("b");

        files.put("elsewhere/readme", origin.file("x"));
        GitTree elsewhere = next(files);
        assertThat(elsewhere.stillMatches(a.readSet())).isTrue();
        assertThat(elsewhere.stillMatches(b.readSet())).isTrue();

        files.put("base/common.env", origin.file("A=2"));
        GitTree shared = next(files);
        assertThat(shared.stillMatches(a.readSet())).isTrue();
        assertThat(shared.stillMatches(b.readSet())).isFalse();

        files.put("base/common.env", origin.file("A=1"));
        files.put("a/.env", origin.file("now it is here"));
        GitTree appeared = next(files);
        assertThat(appeared.stillMatches(a.readSet())).isFalse();
        assertThat(appeared.stillMatches(b.readSet())).isTrue();

        files.put("b/compose.yaml", origin.executable("b"));
        assertThat(next(files).stillMatches(b.readSet())).as("the mode counts").isFalse();
    }

    private GitTree next(Map<String, Node> files) {
        origin.commit("main", files, "next");
        return hub.fetched(source, MAIN);
    }

    @Test
    void deletesMirrorsThatNobodyUses() {
        origin.commit("main", "compose.yaml", "one");
        hub.fetched(source, MAIN);
        Path mirror = temporary.resolve("mirrors/" + GitMirrors.key(source));

        hub.mirrors.collect(List.of(source));
        assertThat(mirror).exists();
        hub.mirrors.collect(List.of());
        assertThat(mirror).doesNotExist();
    }
}
