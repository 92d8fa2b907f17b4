package io.wherry.hub.source;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

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
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.transport.RefSpec;

/** One check of one source: list, fetch what moved, judge each reference. Read {@link #run} first. */
final class SourceCheck {

    /** References fetched when a server does not give a commit by its id: more than that are build results, not branches. */
    private static final int MAX_FALLBACK_REFS = 1_000;

    private final GitSource source;
    private final GitMirror mirror;
    private final GitRemote remote;
    private final GitLimits limits;
    private final RefJudge judge;
    private final Deadline deadline;

    SourceCheck(
            GitSource source, GitMirror mirror, GitRemote remote, GitLimits limits, RefJudge judge, Deadline deadline) {
        this.source = source;
        this.mirror = mirror;
        this.remote = remote;
        this.limits = limits;
        this.judge = judge;
        this.deadline = deadline;
    }

    /**
     * What the references gave, and what to store of it.
     *
     * @param changed rows that differ from what is stored
     */
    record Result(Map<Ref, Fetch> fetches, List<RefRow> changed) {}

    /** @param listedSince a listing made then or later by another source of this mirror is fresh enough */
    Result run(Set<Ref> refs, Instant listedSince, InstantSource clock) throws IOException {
        ReentrantLock asking = mirror.asking();
        try {
            if (!asking.tryLock(deadline.leftNanos(), NANOSECONDS)) {
                throw new SourceFailure(
                        SourceReason.SERVER_TIMED_OUT,
                        source.url() + ": another source of this repository is still waiting for its server",
                        "is the server up and not overloaded?");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SourceFailure(SourceReason.SERVER_TIMED_OUT, "the hub is being stopped", "start it again", e);
        }
        try {
            return asked(refs, listedSince, clock);
        } finally {
            asking.unlock();
        }
    }

    private Result asked(Set<Ref> refs, Instant listedSince, InstantSource clock) throws IOException {
        Map<Ref, SourceFailure> missing = new LinkedHashMap<>();
        Map<Ref, ObjectId> wanted = resolve(refs, listedSince, clock, missing);
        fetchMoved(wanted, missing);
        Map<Ref, Fetch> fetches = new LinkedHashMap<>();
        List<RefRow> changed = new ArrayList<>();
        for (Ref ref : refs) {
            RefRow known = judge.known(ref);
            SourceFailure failure = missing.get(ref);
            RefJudge.Verdict verdict = failure != null
                    ? new RefJudge.Verdict(failure.toFailed(), known.failed(failure.toFailed()))
                    : judge.judge(known, commit(ref));
            fetches.put(ref, verdict.fetch());
            if (!verdict.row().equals(known)) {
                changed.add(verdict.row());
            }
        }
        return new Result(fetches, changed);
    }

    /** Where each reference points now. A pinned commit that is here already needs nobody's answer. */
    private Map<Ref, ObjectId> resolve(
            Set<Ref> refs, Instant listedSince, InstantSource clock, Map<Ref, SourceFailure> missing)
            throws IOException {
        Map<Ref, ObjectId> wanted = new LinkedHashMap<>();
        for (Ref ref : refs) {
            try {
                if (ref instanceof Ref.Commit pinned && has(GitListing.commit(pinned))) {
                    mirror.keepPinned(GitListing.commit(pinned));
                } else {
                    wanted.put(ref, listing(listedSince, clock).find(ref));
                }
            } catch (SourceFailure e) {
                switch (e.reason()) {
                    case BRANCH_NOT_FOUND, TAG_NOT_FOUND, COMMIT_NOT_FOUND -> missing.put(ref, e);
                    default -> throw e;
                }
            }
        }
        return wanted;
    }

    private boolean has(ObjectId commit) throws IOException {
        return mirror.commit(commit).isPresent();
    }

    private GitListing listing(Instant since, InstantSource clock) throws SourceFailure {
        Optional<GitListing> known =
                mirror.listing().filter(listing -> !listing.at().isBefore(since));
        if (known.isPresent()) {
            return known.get();
        }
        GitListing listing = remote.list(clock);
        mirror.listed(listing);
        return listing;
    }

    private void fetchMoved(Map<Ref, ObjectId> wanted, Map<Ref, SourceFailure> missing) throws IOException {
        List<RefSpec> moved = new ArrayList<>();
        for (Map.Entry<Ref, ObjectId> entry : wanted.entrySet()) {
            boolean here =
                    mirror.fetched(entry.getKey()).equals(Optional.of(entry.getValue())) && has(entry.getValue());
            if (!(entry.getKey() instanceof Ref.Commit) && !here) {
                moved.add(spec(entry.getKey()));
            }
        }
        if (!moved.isEmpty()) {
            requireRoom();
            remote.fetch(moved);
        }
        for (Map.Entry<Ref, ObjectId> entry : wanted.entrySet()) {
            if (entry.getKey() instanceof Ref.Commit pinned) {
                fetchCommit(pinned, entry.getValue(), missing);
            }
        }
    }

    /** By its id; and if the server gives none by id, by all its branches and tags. */
    private void fetchCommit(Ref.Commit ref, ObjectId id, Map<Ref, SourceFailure> missing) throws IOException {
        if (!has(id)) {
            requireRoom();
            try {
                remote.fetch(List.of(new RefSpec(id.name() + ":" + GitMirror.followed(ref))));
            } catch (SourceFailure e) {
                if (e.reason() != SourceReason.SERVER_FAILED) {
                    throw e;
                }
                remote.fetch(everything());
            }
        }
        if (has(id)) {
            mirror.keepPinned(id);
        } else {
            missing.put(
                    ref,
                    new SourceFailure(
                            SourceReason.COMMIT_NOT_FOUND,
                            "the repository has no commit " + id.name() + " in the last " + limits.historyCommits()
                                    + " commits of its branches and tags",
                            "was it pushed? \"git branch -r --contains "
                                    + id.abbreviate(12).name() + "\" tells"));
        }
    }

    private List<RefSpec> everything() {
        List<RefSpec> specs = new ArrayList<>();
        GitListing listing = mirror.listing().orElseThrow(); // the commit came from it
        listing.heads().keySet().forEach(name -> specs.add(spec(new Ref.Branch(name))));
        listing.tags().keySet().forEach(name -> specs.add(spec(new Ref.Tag(name))));
        return specs.size() <= MAX_FALLBACK_REFS ? specs : specs.subList(0, MAX_FALLBACK_REFS);
    }

    private static RefSpec spec(Ref ref) {
        String theirs = ref instanceof Ref.Tag ? "refs/tags/" : "refs/heads/";
        return new RefSpec("+" + theirs + ref.name() + ":" + GitMirror.followed(ref));
    }

    private void requireRoom() throws IOException {
        long size = mirror.sizeBytes();
        if (size > limits.mirrorBytes()) {
            throw new SourceFailure(
                    SourceReason.TOO_LARGE,
                    "the mirror of " + source.url() + " holds " + size + " bytes, above the limit of "
                            + limits.mirrorBytes(),
                    "take large files out of the repository's history; then delete " + mirror.folder()
                            + " while the hub is stopped");
        }
    }

    private RevCommit commit(Ref ref) throws IOException {
        ObjectId id = ref instanceof Ref.Commit pinned
                ? GitListing.commit(pinned)
                : mirror.fetched(ref).orElseThrow(); // written by this or an earlier fetch
        return mirror.commit(id)
                .orElseThrow(() -> new SourceFailure(
                        SourceReason.TAG_NOT_FOUND,
                        ref.type() + " \"" + ref.name() + "\" points to something that is no commit",
                        "tag a commit"));
    }
}
