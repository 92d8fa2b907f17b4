package io.wherry.hub.source;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.wherry.contract.Digest;
import io.wherry.contract.file.Descriptor;
import io.wherry.hub.registry.ArtifactRepository;
import io.wherry.hub.registry.CosignSignatures;
import io.wherry.hub.registry.CosignSignatures.Verdict;
import io.wherry.hub.resource.CosignKeys;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.source.SourceRepository.RefRow;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * One check of one source of artifacts: ask what each tag means, judge whether it may, fetch what is new. Read {@link #run} first.
 *
 * <p>An artifact is judged before it is fetched, and kept only if it may be deployed: so whatever is in the mirror was signed as the source wants.
 */
final class ArtifactCheck {
    private final GitSource source;
    private final GitMirror mirror;
    private final ArtifactRepository registry;
    private final SourceRepository sources;
    private final Bounds bounds;
    private final InstantSource clock;
    private final ArtifactStore store;
    private final ArtifactAnswers answers;
    private final ArtifactQuestion question;

    ArtifactCheck(
            GitSource source,
            GitMirror mirror,
            ArtifactRepository registry,
            SourceRepository sources,
            Bounds bounds,
            InstantSource clock) {
        this.source = source;
        this.mirror = mirror;
        this.registry = registry;
        this.sources = sources;
        this.bounds = bounds;
        this.clock = clock;
        this.store = new ArtifactStore(mirror);
        this.answers = mirror.answers();
        this.question = new ArtifactQuestion(
                source,
                bounds.deadline(),
                pause -> answers.quiet(clock.instant().plus(pause)));
    }

    /** @param fetching permits of those that hold an artifact in memory */
    record Bounds(Deadline deadline, long mirrorBytes, Semaphore fetching) {}

    /** @param askedSince an answer given then or later to another source of this repository is fresh enough */
    SourceCheck.Result run(Set<Ref> refs, Instant askedSince) throws IOException {
        try {
            if (!mirror.asking().tryLock(bounds.deadline().leftNanos(), NANOSECONDS)) {
                throw new SourceFailure(
                        SourceReason.SERVER_TIMED_OUT,
                        source.url() + ": another source of this repository is still waiting for its registry",
                        "is the registry up and not overloaded?");
            }
        } catch (InterruptedException e) {
            throw ArtifactQuestion.stopped(e);
        }
        try {
            return asked(refs, askedSince);
        } finally {
            mirror.asking().unlock();
        }
    }

    private SourceCheck.Result asked(Set<Ref> refs, Instant askedSince) throws IOException {
        requireNotQuiet();
        String key = GitMirrors.key(source);
        Map<Ref, Fetch> fetches = new LinkedHashMap<>();
        List<RefRow> changed = new ArrayList<>();
        for (Ref ref : refs) {
            RefRow known = sources.find(source.id(), ref, key);
            RefJudge.Verdict verdict = judge(known, askedSince);
            fetches.put(ref, verdict.fetch());
            if (!verdict.row().equals(known)) {
                changed.add(verdict.row());
            }
        }
        store.collect(sources.needed(key));
        return new SourceCheck.Result(fetches, changed);
    }

    private void requireNotQuiet() throws SourceFailure {
        Instant until = answers.quietUntil();
        if (clock.instant().isBefore(until)) {
            throw new SourceFailure(
                    SourceReason.TOO_MANY_REQUESTS,
                    registry.name() + ": the registry has had too many requests from here, and is not asked before "
                            + until,
                    "write a longer interval, or give the source a credential");
        }
    }

    private RefJudge.Verdict judge(RefRow known, Instant askedSince) throws IOException {
        try {
            Digest newest = resolve(known.ref(), askedSince);
            Optional<Fetch.Failed> moved = moved(known, newest);
            if (moved.isPresent()) {
                return new RefJudge.Verdict(moved.get(), known.waiting(newest.toString(), moved.get()));
            }
            RevCommit commit = kept(newest);
            Revision revision = ArtifactStore.revision(newest, commit);
            Fetch fetch = known.commit().equals(Optional.of(newest.toString()))
                    ? new Fetch.Unchanged(revision)
                    : new Fetch.Fetched(revision, mirror.tree(commit));
            return new RefJudge.Verdict(fetch, known.at(newest.toString(), signed(revision)));
        } catch (SourceFailure e) {
            if (!ofOneReference(e.reason())) {
                throw e;
            }
            return new RefJudge.Verdict(e.toFailed(), known.failed(e.toFailed()));
        }
    }

    /** By the keys that the mirror is named by. */
    private Optional<SignatureJudge.Signed> signed(Revision revision) {
        return source.repository()
                .rules()
                .cosign()
                .map(_ -> new SignatureJudge.Signed(GitMirrors.key(source), revision.signature()));
    }

    /** Whether other references of the source may be well. */
    private static boolean ofOneReference(SourceReason reason) {
        return switch (reason) {
            case BRANCH_NOT_FOUND,
                    TAG_NOT_FOUND,
                    COMMIT_NOT_FOUND,
                    DIGEST_NOT_FOUND,
                    NOT_AN_ARTIFACT,
                    ARTIFACT_REFUSED,
                    ARTIFACT_EMPTY,
                    ARTIFACT_UNSIGNED,
                    ARTIFACT_SIGNER_UNKNOWN,
                    ARTIFACT_SIGNATURE_MISMATCH,
                    TOO_LARGE -> true;
            default -> false;
        };
    }

    private Digest resolve(Ref ref, Instant askedSince) throws SourceFailure {
        return switch (ref) {
            case Ref.OciTag tag -> tag(tag.name(), askedSince);
            case Ref.OciDigest digest -> Digest.parse(digest.name());
            case Ref.Tag tag -> tag(tag.name(), askedSince);
            case Ref.Branch branch ->
                throw new SourceFailure(
                        SourceReason.BRANCH_NOT_FOUND,
                        "a registry has tags, and no branch \"" + branch.name() + "\"",
                        "write ref: {tag: …} or ref: {digest: …}");
            case Ref.Commit commit ->
                throw new SourceFailure(
                        SourceReason.COMMIT_NOT_FOUND,
                        "a registry has digests, and no commit " + commit.name(),
                        "write ref: {digest: sha256:…}");
        };
    }

    private Digest tag(String name, Instant askedSince) throws SourceFailure {
        Optional<Digest> known = answers.find(name, askedSince);
        if (known.isPresent()) {
            return known.get();
        }
        Instant asking = clock.instant();
        Digest found = network(() -> registry.find(name))
                .orElseThrow(() -> new SourceFailure(
                        SourceReason.TAG_NOT_FOUND,
                        registry.name() + " has no tag \"" + name + "\", or shows it to no stranger",
                        "push it, or correct url and ref; a closed registry needs credentialRef"));
        answers.note(name, found, asking);
        return found;
    }

    private Optional<Fetch.Failed> moved(RefRow known, Digest newest) {
        boolean may = !(known.ref() instanceof Ref.OciTag tag && tag.pinned())
                || known.first().isEmpty()
                || known.first().get().equals(newest.toString());
        return may
                ? Optional.empty()
                : Optional.of(new Fetch.Failed(
                        SourceReason.TAG_MOVED,
                        "tag \"" + known.ref().name() + "\" is pinned, meant "
                                + known.first().get() + " when it was first seen, and now means " + newest,
                        "if that is right: wherry source accept " + source.name()
                                + "; better: a new tag for new content"));
    }

    /** The artifact, fetched if it is not here yet. */
    private RevCommit kept(Digest artifact) throws IOException {
        Optional<RevCommit> here = store.find(artifact);
        if (here.isPresent()) {
            return here.get();
        }
        Optional<SourceFailure> refused = answers.refusal(artifact);
        if (refused.isPresent()) {
            throw refused.get();
        }
        requireRoom();
        String signature = signature(artifact);
        ArtifactRepository.Manifest manifest = network(() -> registry.manifest(artifact))
                .orElseThrow(() -> new SourceFailure(
                        SourceReason.DIGEST_NOT_FOUND,
                        registry.name() + " has no artifact " + artifact,
                        "was it deleted there? push it again, or correct ref"));
        try {
            List<Descriptor> parts = ArtifactContent.parts(manifest);
            return fetched(manifest, parts, signature);
        } catch (SourceFailure e) {
            if (ofOneReference(e.reason())) {
                answers.refuse(artifact, e);
            }
            throw e;
        }
    }

    private RevCommit fetched(ArtifactRepository.Manifest manifest, List<Descriptor> parts, String signature)
            throws IOException {
        try {
            if (!bounds.fetching().tryAcquire(bounds.deadline().leftNanos(), NANOSECONDS)) {
                throw timedOut("other artifacts are still being fetched");
            }
        } catch (InterruptedException e) {
            throw ArtifactQuestion.stopped(e);
        }
        try {
            List<byte[]> bytes = network(() -> {
                List<byte[]> all = new ArrayList<>();
                for (Descriptor part : parts) {
                    all.add(registry.read(part));
                }
                return all;
            });
            Instant now = clock.instant();
            RevCommit commit = store.put(
                    manifest.digest(),
                    ArtifactFacts.of(manifest, signature, now),
                    into -> ArtifactContent.unpack(manifest, bytes, into),
                    now);
            mirror.repository().autoGC(NullProgressMonitor.INSTANCE);
            return commit;
        } finally {
            bounds.fetching().release();
        }
    }

    /** Who signed it, if somebody must have. */
    private String signature(Digest artifact) throws SourceFailure {
        Optional<CosignKeys> keys = source.repository().rules().cosign();
        if (keys.isEmpty()) {
            return Revision.UNCHECKED;
        }
        return switch (network(() -> new CosignSignatures(registry, keys.get()).verify(artifact))) {
            case Verdict.Signed(Digest key) -> "cosign " + key;
            case Verdict.Missing(String detail) ->
                throw new SourceFailure(
                        SourceReason.ARTIFACT_UNSIGNED,
                        detail,
                        "cosign sign --key KEY " + registry.name() + "@" + artifact
                                + " (cosign 3: with --new-bundle-format=false)");
            case Verdict.Unknown(String detail) ->
                throw new SourceFailure(
                        SourceReason.ARTIFACT_SIGNER_UNKNOWN,
                        detail,
                        "sign it with one of them, or add the signer's cosign.pub if it is to be trusted");
            case Verdict.Mismatch(String detail) ->
                throw new SourceFailure(
                        SourceReason.ARTIFACT_SIGNATURE_MISMATCH,
                        detail,
                        "somebody put it there: ask who; then cosign sign --key KEY " + registry.name() + "@"
                                + artifact);
        };
    }

    private void requireRoom() throws IOException {
        long size = mirror.sizeBytes();
        if (size > bounds.mirrorBytes()) {
            throw new SourceFailure(
                    SourceReason.MIRROR_FAILED,
                    "the mirror of " + source.url() + " holds " + size + " bytes, above the limit of "
                            + bounds.mirrorBytes(),
                    "push less; then delete " + mirror.folder() + " while the hub is stopped");
        }
    }

    private <T> T network(Callable<T> task) throws SourceFailure {
        return question.ask(task);
    }

    private SourceFailure timedOut(String why) {
        return question.timedOut(why);
    }
}
