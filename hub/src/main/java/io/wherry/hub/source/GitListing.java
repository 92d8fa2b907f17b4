package io.wherry.hub.source;

import io.wherry.base.Suggest;
import io.wherry.hub.resource.Ref;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * What a server's branches and tags pointed to: the answer of one {@code ls-remote}.
 *
 * @param heads branch name to commit
 * @param tags  tag name to what the reference holds: a commit, or the object of an annotated tag
 * @param at    when it was asked for
 */
record GitListing(Map<String, ObjectId> heads, Map<String, ObjectId> tags, Instant at) {

    static GitListing of(Collection<org.eclipse.jgit.lib.Ref> refs, Instant at) {
        Map<String, ObjectId> heads = new TreeMap<>();
        Map<String, ObjectId> tags = new TreeMap<>();
        for (org.eclipse.jgit.lib.Ref ref : refs) {
            if (ref.getObjectId() == null) {
                continue; // a symbolic reference to a branch that has no commit yet
            }
            if (ref.getName().startsWith(Constants.R_HEADS)) {
                heads.put(ref.getName().substring(Constants.R_HEADS.length()), ref.getObjectId());
            } else if (ref.getName().startsWith(Constants.R_TAGS)) {
                tags.put(ref.getName().substring(Constants.R_TAGS.length()), ref.getObjectId());
            }
        }
        return new GitListing(heads, tags, at);
    }

    /** Where a branch or a tag points, as far as a listing can tell. */
    ObjectId find(Ref ref) throws SourceFailure {
        if (heads.isEmpty() && tags.isEmpty()) {
            throw new SourceFailure(
                    SourceReason.REPOSITORY_EMPTY,
                    "the repository has no commit yet",
                    "push a first commit; what was deployed before stays");
        }
        return switch (ref) {
            case Ref.Branch branch -> known(heads, branch.name(), "branch", SourceReason.BRANCH_NOT_FOUND);
            case Ref.Tag tag -> known(tags, tag.name(), "tag", SourceReason.TAG_NOT_FOUND);
            case Ref.Commit commit -> commit(commit);
            case Ref.OciTag tag -> known(tags, tag.name(), "tag", SourceReason.TAG_NOT_FOUND);
            case Ref.OciDigest digest ->
                throw new SourceFailure(
                        SourceReason.COMMIT_NOT_FOUND,
                        "a Git repository has commits, and no digest " + digest.name(),
                        "write ref: {commit: …}, or name a source of type oci");
        };
    }

    /** Git's newer object format has ids of 64 digits; servers that offer it are rare, and JGit does not read it. */
    static ObjectId commit(Ref.Commit commit) throws SourceFailure {
        if (!ObjectId.isId(commit.name())) {
            throw new SourceFailure(
                    SourceReason.COMMIT_NOT_FOUND,
                    "commit " + commit.name()
                            + " is of a repository in SHA-256 format, which is not read in this version",
                    "use a repository in the usual format");
        }
        return ObjectId.fromString(commit.name());
    }

    private static ObjectId known(Map<String, ObjectId> refs, String name, String kind, SourceReason reason)
            throws SourceFailure {
        ObjectId id = refs.get(name);
        if (id == null) {
            String nearest = Suggest.nearest(name, refs.keySet())
                    .map(near -> "did you mean \"" + near + "\"?")
                    .orElse("git ls-remote shows what there is");
            throw new SourceFailure(reason, "the repository has no " + kind + " \"" + name + "\"", nearest);
        }
        return id;
    }
}
