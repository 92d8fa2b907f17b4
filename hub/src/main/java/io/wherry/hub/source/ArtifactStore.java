package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * The artifacts of one repository of a registry, kept in a mirror as commits without parents: their files are trees like any other, and what two of them have
 * in common is there once.
 *
 * <p>An artifact is found by the digest of its manifest, {@code refs/wherry/artifacts/HEX}; the id of the commit means nothing to anybody.
 */
final class ArtifactStore {
    /** Kept besides those that are needed: a release a day for a quarter of a year. */
    static final int MAX_KEPT = 100;

    private static final String ARTIFACTS = "refs/wherry/artifacts/";
    private static final String SIGNATURE = "Signature: ";

    private final GitMirror mirror;

    ArtifactStore(GitMirror mirror) {
        this.mirror = mirror;
    }

    /**
     * What is kept beside the files.
     *
     * @param subject   one line, made of what the artifact says of itself
     * @param made      when it was made, by its own word
     * @param signature as of {@link Revision#signature}
     */
    record Facts(String subject, Instant made, String signature) {}

    /** Takes the files of an artifact, one after the other. */
    interface Files {
        /** @param path checked by the caller: plain, and given once */
        void add(String path, byte[] content, boolean executable) throws IOException;
    }

    /** Gives its files. What it throws leaves nothing behind. */
    @FunctionalInterface
    interface Content {
        void into(Files files) throws IOException;
    }

    Optional<RevCommit> find(Digest artifact) throws IOException {
        org.eclipse.jgit.lib.Ref ref = mirror.repository().exactRef(ARTIFACTS + artifact.hex());
        return ref == null || ref.getObjectId() == null ? Optional.empty() : mirror.commit(ref.getObjectId());
    }

    /** Keeps an artifact: all of it, or nothing. */
    RevCommit put(Digest artifact, Facts facts, Content content, Instant now) throws IOException {
        ObjectId commit;
        FileRepository repository = (FileRepository) mirror.repository();
        try (ObjectInserter inserter = repository.getObjectDatabase().newPackInserter()) {
            DirCache tree = DirCache.newInCore();
            DirCacheBuilder builder = tree.builder();
            content.into((path, bytes, executable) -> {
                DirCacheEntry entry = new DirCacheEntry(path.getBytes(UTF_8));
                entry.setFileMode(executable ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE);
                entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, bytes));
                builder.add(entry);
            });
            builder.finish();
            CommitBuilder made = new CommitBuilder();
            made.setTreeId(tree.writeTree(inserter));
            made.setAuthor(new PersonIdent("artifact", "", facts.made(), ZoneOffset.UTC));
            made.setCommitter(new PersonIdent("wherry", "", now, ZoneOffset.UTC));
            made.setMessage(facts.subject() + "\n\n" + artifact + "\n" + SIGNATURE + facts.signature() + "\n");
            commit = inserter.insert(made);
            inserter.flush();
        }
        mirror.write(Map.of(ARTIFACTS + artifact.hex(), commit));
        return mirror.commit(commit).orElseThrow();
    }

    /** Lets go of the oldest artifacts, so that of those that nobody needs at most {@link #MAX_KEPT} stay; their files go with Git's own collection. */
    void collect(Set<String> needed) throws IOException {
        record Kept(String reference, int stored) {}
        List<org.eclipse.jgit.lib.Ref> all =
                mirror.repository().getRefDatabase().getRefsByPrefix(ARTIFACTS);
        if (all.size() <= MAX_KEPT) {
            return;
        }
        List<Kept> spare = new java.util.ArrayList<>();
        try (RevWalk walk = new RevWalk(mirror.repository())) {
            for (org.eclipse.jgit.lib.Ref ref : all) {
                if (!needed.contains("sha256:" + ref.getName().substring(ARTIFACTS.length()))) {
                    spare.add(new Kept(
                            ref.getName(), walk.parseCommit(ref.getObjectId()).getCommitTime()));
                }
            }
        }
        spare.sort(Comparator.comparingInt(Kept::stored).reversed());
        Map<String, ObjectId> gone = new HashMap<>();
        spare.stream().skip(MAX_KEPT).forEach(kept -> gone.put(kept.reference(), ObjectId.zeroId()));
        mirror.write(gone);
        mirror.repository().autoGC(NullProgressMonitor.INSTANCE);
    }

    /** What is known of an artifact, for audit and people. */
    static Revision revision(Digest artifact, RevCommit commit) {
        String signature = commit.getFullMessage()
                .lines()
                .filter(line -> line.startsWith(SIGNATURE))
                .map(line -> line.substring(SIGNATURE.length()))
                .findFirst()
                .orElse(Revision.UNCHECKED);
        return new Revision(
                artifact.toString(),
                "",
                "",
                commit.getAuthorIdent().getWhenAsInstant(),
                commit.getShortMessage(),
                List.of(),
                signature);
    }
}
