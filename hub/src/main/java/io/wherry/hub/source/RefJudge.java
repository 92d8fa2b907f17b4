package io.wherry.hub.source;

import io.wherry.hub.resource.Ref;
import io.wherry.hub.source.SourceRepository.RefRow;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Whether a reference may be followed to where it points now: not if a tag moved, and not if a branch lost what was deployed from it.
 *
 * <p>Both are how an attacker, or a mistake, replaces what was reviewed. They wait until a person accepts.
 */
final class RefJudge {
    private final GitSource source;
    private final String mirrorKey;
    private final GitMirror mirror;
    private final SourceRepository sources;

    RefJudge(GitSource source, GitMirror mirror, SourceRepository sources) {
        this.source = source;
        this.mirrorKey = GitMirrors.key(source);
        this.mirror = mirror;
        this.sources = sources;
    }

    /** @param row what to store from now on */
    record Verdict(Fetch fetch, RefRow row) {}

    RefRow known(Ref ref) {
        return sources.find(source.id(), ref, mirrorKey);
    }

    Verdict judge(RefRow known, RevCommit newest) throws IOException {
        Optional<Fetch.Failed> held =
                switch (known.ref()) {
                    case Ref.Tag tag -> moved(tag, known, newest);
                    case Ref.Branch branch -> rewritten(branch, known, newest);
                    case Ref.Commit _, Ref.OciTag _, Ref.OciDigest _ -> Optional.empty();
                };
        if (held.isPresent()) {
            return new Verdict(held.get(), known.waiting(newest.name(), held.get()));
        }
        Revision revision = History.revision(newest);
        Fetch fetch = known.commit().equals(Optional.of(newest.name()))
                ? new Fetch.Unchanged(revision)
                : new Fetch.Fetched(revision, mirror.tree(newest));
        return new Verdict(fetch, known.at(newest.name()));
    }

    private Optional<Fetch.Failed> moved(Ref.Tag tag, RefRow known, RevCommit newest) {
        if (known.first().isEmpty() || known.first().get().equals(newest.name())) {
            return Optional.empty();
        }
        return Optional.of(new Fetch.Failed(
                SourceReason.TAG_MOVED,
                "tag \"" + tag.name() + "\" pointed to " + brief(known.first().get())
                        + " when it was first seen, and now points to " + brief(newest.name()) + " (\""
                        + History.revision(newest).subject() + "\")",
                "if that is right: wherry source accept " + source.name() + "; better: a new tag for new content"));
    }

    /**
     * What was given out last contained everything deployed before it, so a branch that grew from there needs no further look. That also lets
     * a stack stay at a commit that has long left the mirror's window.
     */
    private Optional<Fetch.Failed> rewritten(Ref.Branch branch, RefRow known, RevCommit newest) throws IOException {
        if (known.commit().isPresent()
                && missing(newest, Set.of(known.commit().get())).isEmpty()) {
            return Optional.empty();
        }
        Set<ObjectId> lost = missing(newest, sources.required(source.id(), branch, mirrorKey));
        if (lost.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Fetch.Failed(
                SourceReason.HISTORY_REWRITTEN,
                "branch \"" + branch.name() + "\" is at " + brief(newest.name()) + " (\""
                        + History.revision(newest).subject() + "\") and no longer contains "
                        + brief(lost.iterator().next().name()) + ", which was deployed from it",
                "if that is right: wherry source accept " + source.name() + "; else restore the branch"));
    }

    private Set<ObjectId> missing(RevCommit tip, Set<String> commits) throws IOException {
        Set<ObjectId> ids = new HashSet<>();
        commits.forEach(commit -> ids.add(ObjectId.fromString(commit)));
        return History.notContained(mirror.repository(), tip, ids);
    }

    private static String brief(String commit) {
        return commit.substring(0, 12);
    }
}
