package io.wherry.hub.source;

import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.SignatureRules;
import io.wherry.hub.source.SignatureJudge.Signed;
import io.wherry.hub.source.SourceRepository.RefRow;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Whether a reference may be followed to where it points now: not if it is not signed as its source wants it, not if a tag moved, and not if a branch lost
 * what was deployed from it.
 *
 * <p>These are how an attacker, or a mistake, replaces what was reviewed. The latter two wait until a person accepts; a signature is nobody's to wave through.
 */
final class RefJudge {
    private final GitSource source;
    private final String mirrorKey;
    private final GitMirror mirror;
    private final SourceRepository sources;
    private final Optional<SignatureRules> rules;
    private final Optional<SignatureJudge> signatures;

    RefJudge(GitSource source, GitMirror mirror, SourceRepository sources, InstantSource clock) {
        this.rules = source.repository().rules().signatures();
        this.signatures = rules.map(wanted -> new SignatureJudge(wanted, clock));
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
        Optional<Signed> signed;
        try {
            signed = signed(known, newest);
        } catch (SourceFailure e) {
            if (!e.reason().isOfSignature()) {
                throw e;
            }
            return new Verdict(e.toFailed(), known.unsigned(e.toFailed(), lastGood(known)));
        }
        Optional<Fetch.Failed> held =
                switch (known.ref()) {
                    case Ref.Tag tag -> moved(tag, known, newest);
                    case Ref.Branch branch -> rewritten(branch, known, newest);
                    case Ref.Commit _, Ref.OciTag _, Ref.OciDigest _ -> Optional.empty();
                };
        if (held.isPresent()) {
            return new Verdict(held.get(), known.waiting(newest.name(), held.get()));
        }
        Revision revision =
                History.revision(newest).signed(signed.map(Signed::signer).orElse(Revision.UNCHECKED));
        Fetch fetch = known.commit().equals(Optional.of(newest.name()))
                ? new Fetch.Unchanged(revision)
                : new Fetch.Fetched(revision, mirror.tree(newest));
        return new Verdict(fetch, known.at(newest.name(), signed));
    }

    /** What was judged good once stays so while the rules are the same: a key that ends later takes nothing back. */
    private Optional<Signed> signed(RefRow known, RevCommit newest) throws IOException {
        if (rules.isEmpty()) {
            return Optional.empty();
        }
        Optional<Signed> before = known.signed()
                .filter(judged -> judged.rules().equals(rules.get().digest()));
        return before.isPresent() && known.commit().equals(Optional.of(newest.name()))
                ? before
                : Optional.of(new Signed(rules.get().digest(), signer(known.ref(), newest)));
    }

    /** By today's clock, whatever was found out before. @throws SourceFailure with a reason of signatures */
    String signer(Ref ref, RevCommit commit) throws IOException {
        ObjectId held = ref instanceof Ref.Tag ? mirror.fetched(ref).orElse(commit) : commit;
        return signatures.orElseThrow().signer(new SignatureJudge.Place(mirror.repository(), ref, held, commit));
    }

    /** Rules that were changed hold for what was given out before, too: it is used no more unless they allow it. */
    private Optional<Signed> lastGood(RefRow known) throws IOException {
        String wanted = rules.orElseThrow().digest();
        if (known.commit().isEmpty()
                || known.signed()
                        .filter(judged -> judged.rules().equals(wanted))
                        .isPresent()) {
            return known.signed();
        }
        ObjectId id = ObjectId.fromString(known.commit().get());
        Optional<RevCommit> commit = mirror.commit(id);
        if (commit.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Signed(
                    wanted,
                    signatures
                            .orElseThrow()
                            .signer(new SignatureJudge.Place(mirror.repository(), known.ref(), id, id))));
        } catch (SourceFailure e) {
            if (e.reason().isOfSignature()) {
                return Optional.empty();
            }
            throw e;
        }
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
