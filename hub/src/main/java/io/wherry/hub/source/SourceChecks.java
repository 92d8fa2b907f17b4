package io.wherry.hub.source;

import io.wherry.contract.Digest;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.db.Database;
import io.wherry.hub.registry.ArtifactClient;
import io.wherry.hub.registry.ArtifactRepository;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.SignatureRules;
import io.wherry.hub.resource.SshUrl;
import io.wherry.hub.source.SourceRepository.RefRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.jdbi.v3.core.Handle;

/**
 * Asks sources for what is new, and answers questions about what was fetched. The stage's front: all others stand behind it.
 *
 * <p>A check runs on the caller's thread and ends within the source's timeout. Usable by several threads at once.
 */
public final class SourceChecks {

    /** Where change keys of the usual trackers are found in a commit's message, unless a hub is told otherwise. */
    public static final Pattern CHANGE_KEY = Pattern.compile("[A-Z][A-Z0-9]+-\\d+");

    /** Each is in memory while it is fetched and unpacked: {@link ArtifactRepository#MAX_BYTES}. */
    private static final int ARTIFACTS_AT_ONCE = 4;

    private final GitMirrors mirrors;
    private final GitCredentials credentials;
    private final ArtifactClient artifacts;
    private final Semaphore fetching = new Semaphore(ARTIFACTS_AT_ONCE);
    private final SourceRepository sources;
    private final InstantSource clock;

    /** @param artifacts reaches registries */
    public SourceChecks(
            GitMirrors mirrors,
            GitCredentials credentials,
            ArtifactClient artifacts,
            Database db,
            InstantSource clock) {
        this.mirrors = mirrors;
        this.credentials = credentials;
        this.artifacts = artifacts;
        this.sources = new SourceRepository(db);
        this.clock = clock;
    }

    /**
     * Checks the references of one source: one listing, and one fetch if something moved.
     *
     * @param refs     all that stacks of this source follow
     * @param interval of the source: sources with the same URL, credential and interval share one listing in each
     * @param nudged   true: ask the server now, however fresh the last listing is
     * @return what each reference gave; after a failure of the source as a whole, the same for each
     */
    public Map<Ref, Fetch> check(GitSource source, Set<Ref> refs, Duration interval, boolean nudged) {
        var now = clock.instant();
        CheckWindow window = CheckWindow.at(now, GitMirrors.key(source), interval);
        try {
            Instant since = nudged ? Instant.MAX : window.start();
            SourceCheck.Result result =
                    source.isOfArtifacts() ? ofArtifacts(source, refs, since) : run(source, refs, since);
            sources.checked(source.id(), now, window.next(), Optional.empty(), result.changed());
            return result.fetches();
        } catch (SourceFailure e) {
            Fetch.Failed failed = e.toFailed();
            sources.checked(source.id(), now, window.next(), Optional.of(failed), List.of());
            Map<Ref, Fetch> fetches = new LinkedHashMap<>();
            refs.forEach(ref -> fetches.put(ref, failed));
            return fetches;
        }
    }

    /**
     * Asks a repository and keeps nothing: whether it can be read as configured. Of Git its branches and tags are listed; a registry is asked for a tag, which
     * need not be there. Empty if it can.
     */
    public Optional<Fetch.Failed> probe(GitSource source) {
        try {
            if (source.isOfArtifacts()) {
                Deadline deadline = Deadline.after(source.timeout());
                new ArtifactQuestion(source, deadline, _ -> {})
                        .ask(() -> open(source).find("latest"));
                return Optional.empty();
            }
            GitAddress address = mirrors.address(source);
            new GitRemote(
                            mirrors.mirror(source),
                            address,
                            GitHttp.Way.to(source.repository()),
                            credential(source, address),
                            Deadline.after(source.timeout()),
                            mirrors.limits())
                    .list(clock);
            return Optional.empty();
        } catch (SourceFailure e) {
            return Optional.of(e.toFailed());
        }
    }

    private SourceCheck.Result ofArtifacts(GitSource source, Set<Ref> refs, Instant askedSince) throws SourceFailure {
        Deadline deadline = Deadline.after(source.timeout());
        GitMirror mirror = mirrors.mirror(source);
        try {
            ArtifactRepository registry = open(source);
            var bounds = new ArtifactCheck.Bounds(deadline, mirrors.limits().mirrorBytes(), fetching);
            return new ArtifactCheck(source, mirror, registry, sources, bounds, clock).run(refs, askedSince);
        } catch (IOException e) {
            throw explained(mirror, e);
        }
    }

    private ArtifactRepository open(GitSource source) throws SourceFailure {
        try {
            return artifacts.open(source.place());
        } catch (RegistryException e) {
            throw new SourceFailure(SourceReason.UNAUTHORISED, String.valueOf(e.getMessage()), e.hint(), e);
        }
    }

    private SourceCheck.Result run(GitSource source, Set<Ref> refs, Instant listedSince) throws SourceFailure {
        Deadline deadline = Deadline.after(source.timeout());
        GitAddress address = mirrors.address(source);
        GitMirror mirror = mirrors.mirror(source);
        GitRemote remote = new GitRemote(
                mirror,
                address,
                GitHttp.Way.to(source.repository()),
                credential(source, address),
                deadline,
                mirrors.limits());
        RefJudge judge = new RefJudge(source, mirror, sources, clock);
        try {
            SourceCheck.Result result = new SourceCheck(source, mirror, remote, mirrors.limits(), judge, deadline)
                    .run(refs, listedSince, clock);
            if (mirror.fresh()) {
                keepDeployed(source, mirror);
                mirror.filled();
            }
            return result;
        } catch (IOException e) {
            throw explained(mirror, e);
        }
    }

    /** A mirror that was lost and fetched again holds on to what the stacks deployed, as far as the other side still has it. */
    private void keepDeployed(GitSource source, GitMirror mirror) throws IOException {
        Map<String, ObjectId> present = new HashMap<>();
        for (Map.Entry<String, String> deployed :
                sources.deployed(GitMirrors.key(source)).entrySet()) {
            ObjectId commit = ObjectId.fromString(deployed.getValue());
            if (mirror.commit(commit).isPresent()) {
                present.put(deployed.getKey(), commit);
            }
        }
        mirror.keep(present);
    }

    private SourceFailure explained(GitMirror mirror, IOException e) {
        boolean suspicious = !(e instanceof SourceFailure failure) || failure.reason() == SourceReason.SERVER_FAILED;
        if (suspicious && mirror.damaged()) {
            try {
                mirrors.putAside(mirror);
                return new SourceFailure(
                        SourceReason.MIRROR_FAILED,
                        "the mirror " + mirror.folder() + " was damaged and put aside; the next check fetches it anew",
                        "check the disk of the hub's host",
                        e);
            } catch (IOException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
        }
        return e instanceof SourceFailure failure ? failure : GitMirrors.failed(mirror.folder(), e);
    }

    private Optional<GitCredential> credential(GitSource source, GitAddress address) throws SourceFailure {
        if (source.credential().isEmpty() || address instanceof GitAddress.Local) {
            return Optional.empty();
        }
        String name = source.credential().get();
        boolean ssh = address instanceof GitAddress.Ssh;
        String server =
                switch (address) {
                    case GitAddress.Https https -> https.server();
                    case GitAddress.Ssh(SshUrl url, var _) -> url.authority();
                    case GitAddress.Local(Path folder) -> folder.toString();
                };
        Optional<GitCredential> found =
                credentials.forHost(name, server).filter(one -> one instanceof GitCredential.SshKey == ssh);
        if (found.isEmpty()) {
            throw new SourceFailure(
                    SourceReason.UNAUTHORISED,
                    "there is no credential \"" + name + "\" of type " + (ssh ? "sshKey" : "token or basic")
                            + " that may be sent to " + server,
                    "wherry get credentials shows names, types and hosts; wherry credential create makes one");
        }
        return found;
    }

    /** The tree of a commit that was fetched before; empty if the mirror no longer has it. */
    public Optional<GitTree> tree(GitSource source, String commit) {
        return withMirror(source, mirror -> mirror.find(commit).map(mirror::tree));
    }

    /** What a commit says of itself; empty if the mirror does not have it. */
    public Optional<Revision> revision(GitSource source, String commit) {
        return withMirror(source, mirror -> mirror.find(commit)
                .map(found -> source.isOfArtifacts()
                        ? ArtifactStore.revision(Digest.parse(commit), found)
                        : History.revision(found)));
    }

    /**
     * The commit that a reference gave last, if it may be used by the rules that the source has now: where it wants signatures, only what was judged by these very
     * rules. Empty also if the mirror does not have it any more.
     */
    public Optional<Revision> lastGood(GitSource source, Ref ref) {
        Optional<String> rules = source.repository().rules().signatures().map(SignatureRules::digest);
        return sources.status(source.id()).stream()
                .flatMap(status -> status.refs().stream())
                .filter(known -> known.ref().equals(ref))
                .filter(known -> rules.isEmpty()
                        || known.signed()
                                .filter(judged -> judged.rules().equals(rules.get()))
                                .isPresent())
                .findFirst()
                .flatMap(known -> known.commit()
                        .flatMap(commit -> revision(source, commit))
                        .map(revision -> rules.isEmpty()
                                ? revision
                                : revision.signed(known.signer().orElse(Revision.UNCHECKED))));
    }

    /**
     * The signature of what a reference points to now, as far as it was fetched.
     *
     * @param commit where it points; empty for an artifact that was not taken
     * @param signer whose signature that carries; empty if it does not count
     * @param flaw   why not
     */
    public record Verdict(Ref ref, String commit, Optional<String> signer, Optional<Fetch.Failed> flaw) {}

    /** Judges the present heads of a source that wants signatures, by its rules and today's clock. Changes nothing. Artifacts are judged by each check. */
    public List<Verdict> verify(GitSource source) {
        if (source.isOfArtifacts()) {
            return sources.status(source.id()).map(SourceStatus::refs).orElse(List.of()).stream()
                    .flatMap(known -> judged(known).stream())
                    .toList();
        }
        return withMirror(source, mirror -> {
            RefJudge judge = new RefJudge(source, mirror, sources, clock);
            List<Verdict> verdicts = new ArrayList<>();
            for (SourceStatus.RefStatus known :
                    sources.status(source.id()).map(SourceStatus::refs).orElse(List.of())) {
                Optional<ObjectId> held = known.ref() instanceof Ref.Commit pinned
                        ? Optional.of(GitListing.commit(pinned))
                        : mirror.fetched(known.ref());
                Optional<RevCommit> commit = held.isEmpty() ? Optional.empty() : mirror.commit(held.get());
                if (commit.isPresent()) {
                    verdicts.add(verdict(judge, known.ref(), commit.get()));
                }
            }
            return verdicts;
        });
    }

    private static Optional<Verdict> judged(SourceStatus.RefStatus artifact) {
        Optional<Fetch.Failed> flaw =
                artifact.failure().filter(failed -> failed.reason().isOfSignature());
        return flaw.isPresent()
                ? Optional.of(new Verdict(artifact.ref(), "", Optional.empty(), flaw))
                : artifact.commit()
                        .filter(_ -> artifact.signer().isPresent())
                        .map(digest -> new Verdict(artifact.ref(), digest, artifact.signer(), Optional.empty()));
    }

    private static Verdict verdict(RefJudge judge, Ref ref, RevCommit commit) throws IOException {
        try {
            return new Verdict(ref, commit.name(), Optional.of(judge.signer(ref, commit)), Optional.empty());
        } catch (SourceFailure e) {
            if (!e.reason().isOfSignature()) {
                throw e;
            }
            return new Verdict(ref, commit.name(), Optional.empty(), Optional.of(e.toFailed()));
        }
    }

    /**
     * What came in between two commits, newest first, at most {@link Merged#MAX_COMMITS}.
     *
     * @param from deployed before; if empty, or no longer in the mirror, {@code to} alone is given
     */
    public List<Merged> merged(GitSource source, Optional<String> from, String to, Pattern changeKey) {
        if (source.isOfArtifacts()) {
            return revision(source, to).map(found -> new Merged(found, List.of())).stream()
                    .toList();
        }
        return withMirror(
                source,
                mirror -> History.between(
                        mirror.repository(), from.map(ObjectId::fromString), ObjectId.fromString(to), changeKey));
    }

    /** Notes what stacks deployed: the mirror holds on to it, and the branch must contain it from now on. */
    public void deployed(GitSource source, Ref ref, Map<String, String> commitByStack) {
        withMirror(source, mirror -> {
            Map<String, ObjectId> commits = new HashMap<>();
            for (Map.Entry<String, String> deployed : commitByStack.entrySet()) {
                mirror.find(deployed.getValue()).ifPresent(commit -> commits.put(deployed.getKey(), commit));
            }
            mirror.keep(commits);
            return Boolean.TRUE;
        });
        sources.deployed(source.id(), ref, GitMirrors.key(source), commitByStack);
    }

    /**
     * A moved tag or rewritten branch that a person accepted.
     *
     * @param from where it pointed before, if known
     */
    public record Accepted(Ref ref, Optional<String> from, String to) {}

    /**
     * Accepts all that waits at this source, in the caller's transaction, so that it is audited or does not happen. Nudge the source afterwards.
     *
     * @return what was accepted; empty if nothing waited
     */
    public List<Accepted> accept(Handle handle, String source) {
        List<Accepted> accepted = new ArrayList<>();
        for (RefRow waiting : SourceRepository.waiting(handle, source)) {
            SourceRepository.accept(handle, source, waiting);
            accepted.add(new Accepted(
                    waiting.ref(), waiting.commit(), waiting.pending().orElseThrow()));
        }
        return List.copyOf(accepted);
    }

    /** Empty before the first check. */
    public Optional<SourceStatus> status(String source) {
        return sources.status(source);
    }

    /** A stack that is gone no longer holds on to a commit. */
    public void forgetStack(GitSource source, String stack) {
        withMirror(source, mirror -> {
            mirror.letGo(List.of(stack));
            return Boolean.TRUE;
        });
        sources.forgetStack(stack);
    }

    /** A source that is gone; its mirror goes with {@link GitMirrors#collect}. */
    public void forgetSource(String source) {
        sources.forgetSource(source);
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask(GitMirror mirror) throws IOException;
    }

    private <T> T withMirror(GitSource source, Question<T> question) {
        try {
            return question.ask(mirrors.mirror(source));
        } catch (IOException e) {
            throw new UncheckedIOException(source.name() + ": its mirror cannot be read", e);
        }
    }
}
