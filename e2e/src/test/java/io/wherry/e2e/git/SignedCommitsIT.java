package io.wherry.e2e.git;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.db.Database;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.SignatureRules;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.SourceRules;
import io.wherry.hub.source.Fetch;
import io.wherry.hub.source.GitCredentials;
import io.wherry.hub.source.GitMirrors;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.Revision;
import io.wherry.hub.source.SourceChecks;
import io.wherry.hub.source.SourceReason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits and tags that the {@code git} command signed with {@code gpg} and {@code ssh-keygen}. */
class SignedCommitsIT {
    private static final Ref MAIN = new Ref.Branch("main");

    @TempDir
    static Path keys;

    @TempDir
    Path folder;

    private static Signer ada; // OpenPGP
    private static Signer eve; // OpenPGP, whom nobody allows
    private static Signer bob; // SSH

    private Duration ahead = Duration.ZERO;
    private Database db;
    private GitMirrors mirrors;
    private SourceChecks checks;
    private Repository repository;

    @BeforeAll
    static void makeKeys() {
        ada = Signer.byGpg(keys, "ada");
        eve = Signer.byGpg(keys, "eve");
        bob = Signer.bySsh(keys, "bob", "ed25519");
    }

    @AfterAll
    static void endAgents() {
        List.of(ada, eve, bob).forEach(Signer::close);
    }

    @BeforeEach
    void start() {
        repository = Repository.create("shop", folder.resolve("shop.git"), folder.resolve("clone"));
        db = Database.open(folder.resolve("hub.db"));
        mirrors = new GitMirrors(
                folder.resolve("mirrors"), List.of(folder), () -> Instant.now().plus(ahead));
        checks = new SourceChecks(mirrors, GitCredentials.NONE, NoRegistries.CLIENT, db, () -> Instant.now()
                .plus(ahead));
    }

    @AfterEach
    void stop() {
        mirrors.close();
        db.close();
    }

    private GitSource source(Optional<SignatureRules> rules) {
        return new GitSource(
                "uid-1",
                "shop",
                new Source.Repository(repository.folder().toString(), Optional.empty(), Optional.empty())
                        .with(SourceRules.of(Optional.empty(), rules)),
                Duration.ofSeconds(60));
    }

    private GitSource commitsBy(String openpgp, String allowed) {
        return source(Optional.of(new SignatureRules(
                true,
                false,
                Optional.of(openpgp).filter(text -> !text.isEmpty()),
                Optional.of(allowed).filter(text -> !text.isEmpty()))));
    }

    private GitSource both() {
        return commitsBy(ada.armored(), bob.line(""));
    }

    private Fetch check(GitSource source, Ref ref) {
        return Objects.requireNonNull(
                checks.check(source, Set.of(ref), Duration.ofMinutes(5), true).get(ref));
    }

    private Revision given(GitSource source, Ref ref) {
        return switch (check(source, ref)) {
            case Fetch.Fetched(Revision revision, var _) -> revision;
            case Fetch.Unchanged(Revision revision) -> revision;
            case Fetch.Failed failed -> throw new AssertionError(failed.toString());
        };
    }

    private void refused(SourceReason reason, GitSource source, Ref ref, String... told) {
        Fetch fetch = check(source, ref);
        assertThat(fetch).isInstanceOf(Fetch.Failed.class);
        assertThat(((Fetch.Failed) fetch).reason()).as(fetch.toString()).isEqualTo(reason);
        List.of(told).forEach(text -> assertThat(fetch.toString()).contains(text));
    }

    @Test
    void aCommitOfAnAllowedKeyIsGivenWithItsSigner() {
        String first = ada.commit(repository, "one");
        assertThat(given(both(), MAIN).signature())
                .isEqualTo("openpgp " + ada.fingerprint() + " (ada <ada@example.org>)");
        String second = bob.commit(repository, "two");
        assertThat(given(both(), MAIN).signature()).isEqualTo("ssh " + bob.fingerprint() + " (bob@example.org)");
        assertThat(given(both(), new Ref.Commit(first)).signature()).contains(ada.fingerprint());
        for (String type : List.of("ecdsa", "rsa")) {
            Signer other = Signer.bySsh(folder, type, type);
            other.commit(repository, type);
            assertThat(given(commitsBy("", bob.line("") + other.line("namespaces=\"git\" ")), MAIN)
                            .signature())
                    .isEqualTo("ssh " + other.fingerprint() + " (" + type + "@example.org)");
        }
        assertThat(checks.revision(both(), second).orElseThrow().signature()).isEqualTo(Revision.UNCHECKED);
    }

    @Test
    void whatIsNotSignedOrByNobodyKnownOrChangedIsNotGivenAndTheLastGoodStateStays() {
        String good = bob.commit(repository, "good");
        given(both(), MAIN);

        repository.commit("compose.yaml", "unsigned");
        refused(SourceReason.NOT_SIGNED, both(), MAIN, repository.head().substring(0, 12), "git commit --amend -S");
        eve.commit(repository, "by eve");
        refused(
                SourceReason.SIGNED_BY_UNKNOWN_KEY,
                both(),
                MAIN,
                eve.fingerprint().substring(24),
                ada.fingerprint());
        refused(SourceReason.SIGNED_BY_UNKNOWN_KEY, commitsBy("", bob.line("")), MAIN, "no openpgpKeys");
        for (Signer signer : List.of(ada, bob)) {
            signer.commit(repository, "harmless");
            String changed = Programs.run(
                    repository.workingCopy(),
                    Map.of(),
                    List.of(
                            "sh",
                            "-c",
                            "git cat-file commit HEAD | sed s/harmless/harmful/ | git hash-object -t commit -w --stdin"));
            repository.git("reset", "-q", "--hard", changed);
            repository.git("push", "-q", "--force", "origin", "HEAD");
            refused(SourceReason.SIGNATURE_INVALID, both(), MAIN, changed.substring(0, 12), signer.fingerprint());
        }
        assertThat(checks.lastGood(both(), MAIN).orElseThrow().commit()).isEqualTo(good);
        assertThat(db.<List<SourceChecks.Accepted>>write(handle -> checks.accept(handle, "uid-1")))
                .as("nothing to wave through")
                .isEmpty();
        assertThat(checks.verify(both())).singleElement().satisfies(verdict -> assertThat(
                        verdict.flaw().orElseThrow().reason())
                .isEqualTo(SourceReason.SIGNATURE_INVALID));
    }

    @Test
    void keysCountForTheirTimeAndTheirUse() {
        bob.commit(repository, "one");
        refused(
                SourceReason.SIGNING_KEY_EXPIRED,
                commitsBy("", bob.line("valid-before=\"20200101Z\" ")),
                MAIN,
                "bob@example.org");
        refused(SourceReason.SIGNING_KEY_EXPIRED, commitsBy("", bob.line("valid-after=\"20990101Z\" ")), MAIN);
        refused(SourceReason.SIGNED_FOR_ANOTHER_USE, commitsBy("", bob.line("namespaces=\"file\" ")), MAIN);
        given(commitsBy("", bob.line("namespaces=\"file,git\",valid-after=\"20200101Z\" ")), MAIN);
        bob.forFiles().commit(repository, "as a file");
        refused(SourceReason.SIGNED_FOR_ANOTHER_USE, both(), MAIN, bob.fingerprint());

        ada.overSha1().commit(repository, "weak");
        refused(SourceReason.SIGNATURE_TOO_WEAK, both(), MAIN, ada.fingerprint(), "SHA1");
        ada.commit(repository, "two");
        ahead = Duration.ofDays(800);
        refused(SourceReason.SIGNING_KEY_EXPIRED, both(), MAIN, ada.fingerprint());
    }

    @Test
    void aKeyThatEndsLaterTakesNothingBack() {
        String commit = ada.commit(repository, "one");
        given(both(), MAIN);
        ahead = Duration.ofDays(800);

        assertThat(given(both(), MAIN).commit()).isEqualTo(commit);
        assertThat(checks.verify(both()).getFirst().flaw().orElseThrow().reason())
                .isEqualTo(SourceReason.SIGNING_KEY_EXPIRED);
    }

    @Test
    void aTagIsJudgedByItsOwnSignature() {
        repository.commit("compose.yaml", "unsigned");
        repository.git("tag", "light");
        repository.git("tag", "-a", "-m", "plain", "plain");
        bob.git(repository, "tag", "-s", "-m", "by bob", "bob");
        ada.git(repository, "tag", "-s", "-m", "by ada", "ada");
        eve.git(repository, "tag", "-s", "-m", "by eve", "eve");
        repository.git("push", "-q", "--tags", "origin");
        GitSource tags = source(
                Optional.of(new SignatureRules(false, true, Optional.of(ada.armored()), Optional.of(bob.line("")))));

        assertThat(given(tags, new Ref.Tag("bob")).signature()).contains(bob.fingerprint());
        assertThat(given(tags, new Ref.Tag("ada")).signature()).contains(ada.fingerprint());
        refused(SourceReason.SIGNED_BY_UNKNOWN_KEY, tags, new Ref.Tag("eve"), "tag \"eve\"");
        refused(SourceReason.NOT_SIGNED, tags, new Ref.Tag("plain"), "tag \"plain\"");
        refused(SourceReason.NOT_SIGNED, tags, new Ref.Tag("light"), "lightweight");
        refused(SourceReason.NOT_SIGNED, tags, MAIN, "tagSignatures");
        refused(SourceReason.NOT_SIGNED, both(), new Ref.Tag("bob"), "is not signed");
    }

    @Test
    void rulesThatChangeJudgeAnewWhatWasGivenBefore() {
        String unsigned = repository.commit("compose.yaml", "unsigned");
        assertThat(given(source(Optional.empty()), MAIN).signature()).isEqualTo(Revision.UNCHECKED);

        assertThat(checks.lastGood(both(), MAIN)).as("before anybody judged it").isEmpty();
        refused(SourceReason.NOT_SIGNED, both(), MAIN);
        assertThat(checks.lastGood(both(), MAIN)).isEmpty();
        assertThat(checks.lastGood(source(Optional.empty()), MAIN).orElseThrow().commit())
                .isEqualTo(unsigned);

        String signed = bob.commit(repository, "signed");
        given(both(), MAIN);
        repository.commit("compose.yaml", "unsigned again");
        refused(SourceReason.NOT_SIGNED, both(), MAIN);
        GitSource narrower = commitsBy("", bob.line(""));
        refused(SourceReason.NOT_SIGNED, narrower, MAIN);
        assertThat(checks.lastGood(narrower, MAIN).orElseThrow().commit())
                .as("the last good one is judged anew too")
                .isEqualTo(signed);
        refused(SourceReason.NOT_SIGNED, commitsBy(ada.armored(), ""), MAIN);
        assertThat(checks.lastGood(commitsBy(ada.armored(), ""), MAIN)).isEmpty();
        assertThat(given(source(Optional.empty()), MAIN).signature()).isEqualTo(Revision.UNCHECKED);
    }
}
